// Names below `localhost` are this machine (RFC 6761, section 6.3), also where the system's resolver does not know it.
// Loaded before a story with `--require`, in place of an entry in /etc/hosts; the clients are none the wiser.

const dns = require('node:dns')

const lookup = dns.lookup
dns.lookup = (name, options, answer) => {
  if (!name.endsWith('.localhost')) return lookup(name, options, answer)
  if (typeof options === 'function') return process.nextTick(options, null, '127.0.0.1', 4)
  if (options?.all) return process.nextTick(answer, null, [{ address: '127.0.0.1', family: 4 }])
  return process.nextTick(answer, null, '127.0.0.1', 4)
}

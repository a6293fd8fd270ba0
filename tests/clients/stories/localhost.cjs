// Names below `localhost` are this machine (RFC 6761, section 6.3), also where the system's resolver does not know it.
// Loaded before a client with `--require`, in place of an entry in /etc/hosts; the clients are none the wiser. Other names
// lead nowhere, so that no test depends on somebody else's server.

const dns = require('node:dns')

dns.lookup = (name, options, answer) => {
  const tell = typeof options === 'function' ? options : answer
  if (name !== 'localhost' && !name.endsWith('.localhost')) {
    const trouble = Object.assign(new Error(`lookup ${name}: not of this machine`), { code: 'ENOTFOUND', hostname: name })
    return process.nextTick(tell, trouble)
  }
  if (options?.all) return process.nextTick(tell, null, [{ address: '127.0.0.1', family: 4 }])
  return process.nextTick(tell, null, '127.0.0.1', 4)
}

"""What the API can do: one function per verb, in rooms by what they are about.

Outside the rooms stands what every request needs: `requests` carries out a document, `work` is what a use-case gets,
`answers` knows whether the record in memory can be shown.
"""

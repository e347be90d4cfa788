// A real AT Protocol network (PLC, PDS, AppView) on the loopback for the tests of the Bluesky source. Started by network.py, which
// reads READY_FILE once everything is indexed. Accounts and posts go through the PDS; the many followers of the first account go
// straight through the AppView's own indexing service, without an account behind them.
import crypto from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'

// The servers listen on every interface unless told otherwise: nothing here may be reached from outside.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  if (Number.isInteger(Number(first)) && first !== null && typeof first !== 'object') {
    return listen.call(this, Number(first), '127.0.0.1', ...rest.filter((each) => typeof each !== 'string'))
  }
  const options = first && typeof first === 'object' && 'port' in first ? { ...first, host: '127.0.0.1' } : first
  return listen.call(this, options, ...rest)
}

const { TestNetwork, SeedClient } = await import('@atproto/dev-env')
const { AtUri } = await import('@atproto/syntax')
const { cidForCbor, TID } = await import('@atproto/common')

const port = (name) => Number(process.env[`PORT_${name}`])
const network = await TestNetwork.create({
  dbPostgresUrl: process.env.DB_POSTGRES_URL,
  dbPostgresSchema: 'bsky',
  pds: { port: port('PDS'), hostname: 'localhost', enableDidDocWithSession: true, rateLimitsEnabled: process.env.LIMITED === '1' },
  bsky: { dbPostgresSchema: 'bsky', port: port('APPVIEW'), publicUrl: `http://localhost:${port('APPVIEW')}` },
  plc: { port: port('PLC') },
  ozone: { port: port('OZONE') },
  introspect: { port: port('INTROSPECT') },
})
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))

const PASSWORD = 'not-a-secret-1'
const client = new SeedClient(network, network.pds.getClient())
const accounts = []
for (let number = 0; number < Number(process.env.ACCOUNTS); number++) {
  const name = `person${number}`
  const made = await client.createAccount(name, { handle: `${name}.test`, email: `${name}@example.test`, password: PASSWORD })
  const profile = { displayName: `Person ${number} 露营`, description: `seeded account ${number}`, createdAt: new Date().toISOString() }
  await client.agent.app.bsky.actor.profile.create({ repo: made.did }, profile, client.getHeaders(made.did))
  if (number) await client.follow(made.did, accounts[0].did)
  for (let post = 0; post < 5; post++) await client.post(made.did, `post ${post} of person ${number}: 周末去露营`)
  accounts.push({ did: made.did, handle: `${name}.test`, password: PASSWORD })
}
await network.processAll(60_000)

const letters = 'abcdefghijklmnopqrstuvwxyz234567'
const didOf = (number) => {
  const digest = crypto.createHash('sha256').update(`follower ${number}`).digest()
  return 'did:plc:' + Array.from({ length: 24 }, (_, at) => letters[digest[at] % 32]).join('')
}
const indexing = network.bsky.sub.indexingSvc
const followers = []
const index = async (number) => {
  const at = new Date(Date.UTC(2024, 0, 1) + number * 60_000).toISOString()
  const did = didOf(number)
  const row = { did, handle: `follower${number}.test`, indexedAt: at }
  await network.bsky.db.db.insertInto('actor').values(row).onConflict((conflict) => conflict.doNothing()).execute()
  const profile = { $type: 'app.bsky.actor.profile', displayName: `Follower ${number}`, description: '爱露营', createdAt: at }
  const follow = { $type: 'app.bsky.graph.follow', subject: accounts[0].did, createdAt: at }
  for (const [record, key] of [[profile, 'self'], [follow, TID.nextStr()]]) {
    const uri = AtUri.make(did, record.$type, key)
    await indexing.indexRecord(uri, await cidForCbor(record), record, 'create', at, { disableNotifs: true })
  }
  followers.push(did)
}
let next = 0
const work = async () => { while (next < Number(process.env.FOLLOWERS)) await index(next++) }
await Promise.all(Array.from({ length: 8 }, work))
await indexing.background.processAll()

const ready = {
  plc: `http://127.0.0.1:${port('PLC')}`, appview: `http://127.0.0.1:${port('APPVIEW')}`, pds: `http://127.0.0.1:${port('PDS')}`, accounts, followers,
}
fs.writeFileSync(`${process.env.READY_FILE}.part`, JSON.stringify(ready))
fs.renameSync(`${process.env.READY_FILE}.part`, process.env.READY_FILE)

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finish } from './test-finish.ts';
import { readSessions } from './sessions.ts';

/** As HAProxy 2.6.12 printed it. */
const text = `0x558ace85b430: [21/Nov/2026:20:21:14.312656] id=0 proto=tcpv4 source=127.0.0.1:57612
  flags=0xd4b, conn_retries=2, conn_exp=<NEVER> conn_et=0x000 srv_conn=0x558ace767900, pend_pos=(nil) waiting=0 epoch=0
  frontend=:Common:www (id=2 mode=http), listener=? (id=1) addr=127.0.0.1:28431
  backend=:Common:web.abc (id=4 mode=http) addr=127.0.0.1:39326
  server=197792454.20480.0000 (id=1) addr=127.0.0.1:28432
  task=0x558ace97a240 (state=0x00 nice=0 calls=2 rate=0 exp=0s tmask=0x1 age=1m4s)
  req=0x558ace85b450 (f=0x49c40080 an=0x8000 pipe=0 tofwd=0 total=38)
      an_exp=<NEVER> rex=<NEVER> wex=<NEVER>
  res=0x558ace85b4b0 (f=0x80400000 an=0x1400000 pipe=0 tofwd=0 total=7)
      an_exp=<NEVER> rex=58s wex=<NEVER>
0x558ace97ae40: [21/Nov/2026:20:21:14.312766] id=1 proto=tcpv6 source=::1:54384
  flags=0x4a, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=(nil), pend_pos=0x558ace763c00 waiting=0 epoch=0
  frontend=tcpf (id=3 mode=tcp), listener=? (id=1) addr=::1:28433
  backend=tb (id=5 mode=tcp)
  server=<NONE> (id=-1)
  task=0x558ace97b230 (state=0x00 nice=0 calls=2 rate=0 exp=0s tmask=0x1 age=1s)
0x7f1f48039f10: [21/Nov/2026:20:21:15.513378] id=3 proto=unix_stream source=unix:1
  flags=0x8, conn_retries=0, conn_exp=<NEVER> conn_et=0x000 srv_conn=(nil), pend_pos=(nil) waiting=0 epoch=0x1
  frontend=GLOBAL (id=0 mode=tcp), listener=? (id=1) addr=unix:1`;

test('sessions have two sides, and say how their server came about', () => {
  const [one, other, ...more] = finish(readSessions(text));
  assert.equal(more.length, 0);
  assert.deepEqual(one, {
    id: '0x558ace85b430',
    frontend: ':Common:www',
    backend: ':Common:web.abc',
    server: '197792454.20480.0000',
    client: { address: '127.0.0.1', port: 57_612 },
    asked: { address: '127.0.0.1', port: 28_431 },
    source: { address: '127.0.0.1', port: 39_326 },
    serverEnd: { address: '127.0.0.1', port: 28_432 },
    ageSeconds: 64,
    leftSeconds: 58,
    bytesIn: 38,
    bytesOut: 7,
    isPersistent: true,
    isRedispatched: true,
    retries: 2,
    isWaiting: false,
  });
  assert.deepEqual(other?.asked, { address: '::1', port: 28_433 });
  assert.deepEqual(
    [other?.isWaiting, other?.isPersistent, other?.serverEnd],
    [true, false, undefined],
  );
});

import { expect, test } from '@jest/globals'
import { problemsOf } from './good-context.ts'

test.each([
  ...[
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    'a.localhost.',
    '0.0.0.0',
    ...['2130706433', '0177.0.0.1', '0x7f.1', '%31%32%37.0.0.1', '127.0.0.1.', '0', '127.255.0.9'],
    ...['LOCALHOST', 'localhost..', '%6cocalhost', 'localhost.localdomain', 'a.localhost.localdomain.'],
    ...['localhost6', 'ip6-localhost', 'ip6-loopback', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:7f00:1]'],
    ...['224.0.0.1', '255.255.255.255', '[ff02::1]'],
  ],
  ...[
    '169.254.169.254',
    '169.254.170.2',
    '2852039166',
    '[fe80::1]',
    '[fd00:ec2::254]',
    'metadata.google.internal',
    ...['0251.0376.0251.0376', '0xa9fea9fe', '169.254.43518', '[::ffff:a9fe:a9fe]', '[fe90::1]'],
  ],
  ...['[::169.254.169.254]', '[::a00:7]', '[::ffff:10.0.0.7]', '[::ffff:0:a9fe:a9fe]'],
  ...['[64:ff9b::169.254.169.254]', '[64:ff9b::a00:7]', '[64:ff9b:1::1]', '[64:ff9b:1:ffff::7f00:1]'],
  ...['[2002:a9fe:a9fe::]', '[2002:7f00:1::1]', '[2001:0:4136:e378:8000:63bf:3fff:fdd2]'],
])('refuses %s as the address of a target', host => {
  expect(problemsOf({ wachtUrl: `https://${host}` })).toEqual([
    'wachtUrl: must not be a loopback, link-local or metadata address unless the stage is local',
  ])
  expect(problemsOf({ stage: 'local', wachtUrl: `https://${host}` })).toEqual([])
})

test.each([
  ...['10.0.0.7', '192.168.1.1', '128.0.0.1', '223.255.255.255', '[2001:db8::1]', '[2001:1::1]'],
  ...['[64:ff9a:ffff::1]', '[64:ff9b:2::1]', '[2003::1]', '[::1:0:0:1]', '[fd00::1]', '[fec0::1]'],
  ...['localhost.example.org', 'notlocalhost', 'mylocalhost.localdomain', 'ip6-localhost.example.org'],
])('takes %s', host => {
  expect(problemsOf({ wachtUrl: `https://${host}` })).toEqual([])
})

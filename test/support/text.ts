import fc from 'fast-check'

/** Any character at all, half a surrogate pair too: fast-check's own `binary` takes most of a second to set up, in each test file. */
export const anyCharacter: fc.Arbitrary<string> = fc
  .oneof(fc.nat(0xff), fc.nat(0xffff), fc.nat(0x10_ffff))
  .map(code => String.fromCodePoint(code))

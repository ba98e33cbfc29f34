import * as v from 'valibot'
import { asObject } from './json.ts'

/** The keys that valibot drops from a record without an issue. */
const leftOut = ['__proto__', 'constructor', 'prototype']

/** The schema of a table in a reviewed file: an object. No key is dropped silently. `message` is for other values. */
export const table = <Key extends v.GenericSchema<string, string>, Value extends v.GenericSchema>(
  key: Key,
  value: Value,
  message: string,
) =>
  v.pipe(
    v.custom<object>(content => asObject(content) !== undefined, message), // v.record accepts an array
    v.check(
      content => !leftOut.some(name => Object.hasOwn(content, name)),
      `must not name ${leftOut.join(', ')}`,
    ),
    v.record(key, value),
  )

import * as v from 'valibot'
import { asObject } from './json.ts'

/** The keys that valibot leaves out of a record without a word. */
const leftOut = ['__proto__', 'constructor', 'prototype']

/** A table in a reviewed file: an object, each of whose keys counts; `message` is for what is none. */
export const table = <Key extends v.GenericSchema<string, string>, Value extends v.GenericSchema>(
  key: Key,
  value: Value,
  message: string,
) =>
  v.pipe(
    v.custom<object>(content => asObject(content) !== undefined, message), // an array is a record too
    v.check(
      content => !leftOut.some(name => Object.hasOwn(content, name)),
      `must not name ${leftOut.join(', ')}`,
    ),
    v.record(key, value),
  )

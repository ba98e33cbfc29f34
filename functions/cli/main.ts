#!/usr/bin/env node
import { addCheck } from './check.ts'
import { addMember } from './member/member.ts'
import { run } from './run.ts'
import { addSchema } from './schema.ts'
import { addSend } from './send.ts'
import { thisProcess } from './world.ts'

const commands = [addSend, addCheck, addMember, addSchema]

process.exitCode = await run(commands, process.argv.slice(2), thisProcess())

#!/usr/bin/env node
import { addCheck } from './check.ts'
import { addDead } from './dead/dead.ts'
import { addMember } from './member/member.ts'
import { saveMemory } from './memory.ts'
import { addReplay } from './replay/replay.ts'
import { run } from './run.ts'
import { addSchema } from './schema.ts'
import { addSend } from './send.ts'
import { thisProcess } from './this-process.ts'

const commands = [addSend, addCheck, addDead, addReplay, addMember, addSchema]

saveMemory()
process.exitCode = await run(commands, process.argv.slice(2), thisProcess())

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../../infra/paths.ts'
import { startChild } from '../child.ts'
import { interleaved, median, ratio } from '../measure.ts'
import type { Section } from '../section.ts'
import { startServices } from '../services/services.ts'
import { type Bundle, bundlesIn } from './bundles.ts'

interface Start {
  readonly importMs: number
  readonly firstMs: number
  readonly cpuMs: number
}

/** Bytes of the bundle, and import plus first invocation in a fresh process. */
export async function cold(rounds: number): Promise<Section> {
  const outdir = mkdtempSync(join(tmpdir(), 'role-sync-bench-'))
  // What is not in a bundle is found as the runtime's SDK would be: from outside.
  symlinkSync(join(root, 'node_modules'), join(outdir, 'node_modules'))
  const services = await startServices()
  try {
    const bundles = bundlesIn(outdir)
    let first = 1
    const samples = await interleaved(bundles, rounds, async ({ file }) => {
      const child = startChild('cold/process.ts', [file, String(first++)], {
        ...services.environment,
        _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0',
      })
      return child.answered<Start>().finally(child.stop)
    })
    return {
      title: 'Cold start',
      note: `medians of ${rounds} fresh processes, interleaved; one message; ratio: ours to it, of import + first, by rounds`,
      rows: bundles.map(bundle => rowOf(bundle, bundles[0] as Bundle, samples)),
    }
  } finally {
    await services.stop()
    rmSync(outdir, { recursive: true, force: true })
  }
}

function rowOf(bundle: Bundle, ours: Bundle, samples: ReadonlyMap<Bundle, readonly Start[]>) {
  const of = (one: Bundle) => samples.get(one) as Start[]
  const total = (one: Bundle) => of(one).map(({ importMs, firstMs }) => importMs + firstMs)
  const ms = (pick: (start: Start) => number) => Math.round(median(of(bundle).map(pick)))
  return {
    bundle: bundle.name,
    KB: Math.round(bundle.bytes / 1024),
    'bytes ratio': bundle.sdk ? round(ours.bytes / bundle.bytes) : '–',
    'import ms': ms(start => start.importMs),
    'first ms': ms(start => start.firstMs),
    'import + first ratio': round(ratio(total(ours), total(bundle))),
    'CPU ms': ms(start => start.cpuMs),
    'CPU ratio': round(
      ratio(
        of(ours).map(start => start.cpuMs),
        of(bundle).map(start => start.cpuMs),
      ),
    ),
  }
}

const round = (value: number) => Math.round(value * 100) / 100

/** Virtual time: what is to happen when, in milliseconds since 1970, and nothing in between. */
export interface Clock {
  readonly now: () => number
  /** `happen` may say `false` when nothing came of it: then nobody need be waited for. */
  readonly at: (time: number, happen: () => unknown) => void
  readonly sleep: (ms: number) => Promise<void>
  /** Runs until nothing is left to happen, or until `end`. */
  readonly run: (end: number) => Promise<void>
}

interface Happening {
  readonly time: number
  readonly order: number
  readonly happen: () => unknown
}

export function createClock(start: number): Clock {
  const heap: Happening[] = []
  let now = start
  let order = 0

  const at = (time: number, happen: () => unknown) =>
    push(heap, { time: Math.max(time, now), order: order++, happen })
  return {
    now: () => now,
    at,
    sleep: ms => new Promise(resolve => at(now + ms, resolve)),
    run: async end => {
      while (heap.length > 0 && (heap[0] as Happening).time <= end) {
        now = (heap[0] as Happening).time
        let something = false
        while (heap.length > 0 && (heap[0] as Happening).time === now) {
          if ((pop(heap) as Happening).happen() !== false) something = true
        }
        if (something) await settled()
      }
    },
  }
}

/** After it every promise that can go on has gone on: immediates run when no microtask is left. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve))

const before = (a: Happening, b: Happening) => a.time < b.time || (a.time === b.time && a.order < b.order)

function push(heap: Happening[], item: Happening): void {
  let index = heap.length
  heap.push(item)
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!before(item, heap[parent] as Happening)) break
    heap[index] = heap[parent] as Happening
    index = parent
  }
  heap[index] = item
}

function pop(heap: Happening[]): Happening | undefined {
  const [top, last] = [heap[0], heap.pop()]
  if (heap.length === 0 || !last) return top
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1] as Happening, heap[child] as Happening)) child++
    if (!before(heap[child] as Happening, last)) break
    heap[index] = heap[child] as Happening
    index = child
  }
  heap[index] = last
  return top
}

/** The milliseconds of CPU that some work took: a machine that is busy with others adds nothing to them. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

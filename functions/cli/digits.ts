/** A regular expression for the decimal numbers from 1 to `max`, without leading zeros; `max` has two digits or more. */
export function upTo(max: string): string {
  const shorter = `[1-9][0-9]{0,${max.length - 2}}`
  const smaller = [...max].flatMap((digit, index) => {
    const least = index === 0 ? 1 : 0
    if (Number(digit) <= least) return []
    return `${max.slice(0, index)}[${least}-${Number(digit) - 1}][0-9]{${max.length - 1 - index}}`
  })
  return `(?:${[shorter, ...smaller, max].join('|')})`
}

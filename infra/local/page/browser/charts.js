/** Charts over time, drawn by uPlot. */
import uPlot from './uplot.js'

const height = 240
const dark = matchMedia('(prefers-color-scheme: dark)')
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const timeOf = seconds => clock.format(seconds * 1000)

/**
 * A chart of lines or of stacked bars; `colors` are names of CSS properties, one for each series.
 */
export function createChart(place, kind, colors) {
  let plot
  let shown

  const show = (chart, range) => {
    shown = { chart, range }
    plot ??= new uPlot(optionsOf(), dataOf(), place)
    plot.batch(() => {
      plot.setData(dataOf(), false)
      plot.setScale('x', { min: range[0], max: range[1] })
    })
    // By default the legend follows the cursor, not the data.
    plot.setLegend({ idx: plot.cursor.idx ?? chart.times.length - 1 })
  }
  // uPlot draws the tallest bar of a stack first, and the others over it.
  const order = colors.map((_, n) => (kind === 'bars' ? colors.length - 1 - n : n))
  const dataOf = () => [shown.chart.times, ...order.map(n => shown.chart.drawn[n])]

  const optionsOf = () => {
    const style = getComputedStyle(place)
    const color = name => style.getPropertyValue(name).trim()
    const font = `12px ${style.fontFamily}`
    const axis = { font, stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 } }
    const legendOf = n => (_, __, ___, index) => String(shown.chart.values[n].at(index ?? -1) ?? '')
    const drawing = n =>
      kind === 'bars'
        ? { fill: color(colors[n]), width: 0, paths: uPlot.paths.bars({ size: [0.8, 28], align: 1 }) }
        : { width: 2 }
    return {
      ...{ width: place.clientWidth, height },
      cursor: { sync: { key: 'time' }, drag: { x: false, y: false }, points: { show: kind === 'lines' } },
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.1))] } },
      axes: [
        { ...axis, space: 80, values: (_, ticks) => ticks.map(timeOf) },
        {
          ...axis,
          size: 48,
          incrs: [1, 2, 5].flatMap(step => [0, 1, 2, 3, 4, 5].map(n => step * 10 ** n)).sort((a, b) => a - b),
        },
      ],
      series: [
        { label: 'at', value: (_, seconds) => (seconds === null ? '' : timeOf(seconds)) },
        ...order.map(n => ({
          label: shown.chart.labels[n],
          stroke: color(colors[n]),
          points: { show: false },
          value: legendOf(n),
          ...drawing(n),
        })),
      ],
    }
  }

  const drawAnew = () => {
    plot?.destroy()
    plot = undefined
    if (shown) show(shown.chart, shown.range)
  }
  dark.addEventListener('change', drawAnew)
  new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height })).observe(place)
  return { show }
}

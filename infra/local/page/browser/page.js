/** The live page shows what the runner sends every second. It keeps nothing, so a missed frame is no loss. */
import { createChart } from './charts.js'

const place = id => document.getElementById(id)
const status = place('status')

const charts = {
  depths: createChart(place('depths'), 'lines', ['--visible', '--in-flight', '--delayed', '--letters']),
  outcomes: createChart(place('outcomes'), 'bars', [
    '--applied',
    '--superseded',
    '--duplicate',
    '--resolved',
    '--dead',
  ]),
}

const events = new EventSource('/events')
events.onmessage = ({ data }) => {
  const { name, range, depths, outcomes, view } = JSON.parse(data)
  setText(place('name'), name)
  setStatus('live')
  charts.depths.show(depths, range)
  charts.outcomes.show(outcomes, range)
  for (const [id, element] of Object.entries(view)) patchChildren(place(id), [element])
}
events.onerror = () => setStatus('not connected')

function setStatus(text) {
  document.body.classList.toggle('stale', text !== 'live')
  setText(status, text)
}

/** Sets only a new text, so that a selection survives. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** Gives a node the described children. Texts become text nodes, never markup. */
function patchChildren(parent, children) {
  for (const [n, child] of children.entries()) {
    const there = parent.childNodes[n]
    const node = fits(there, child) ? there : create(child)
    if (typeof child === 'string') {
      if (node.data !== child) node.data = child
    } else {
      const name = child.class ?? ''
      if (node.className !== name) node.className = name
      patchChildren(node, child.children)
    }
    if (!there) parent.append(node)
    else if (node !== there) there.replaceWith(node)
  }
  while (parent.childNodes.length > children.length) parent.lastChild.remove()
}

const create = child =>
  typeof child === 'string' ? document.createTextNode('') : document.createElement(child.tag)

const fits = (node, child) =>
  node?.nodeName.toLowerCase() === (typeof child === 'string' ? '#text' : child.tag)

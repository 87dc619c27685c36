/** The canvases that ours is measured beside, as pages with nothing else. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import type { Page } from 'playwright-core'
import { root } from '../support/cli'
import { COLUMNS } from './canvas-studio'

/** What a canvas shows that has our cards: their markup, and the styles that go with it. */
export interface Cards {
  html: readonly string[]
  css: string
}

/** Cards as the editor shows them, with their pictures in the markup. */
export const cardsOf = (page: Page): Promise<Cards> =>
  page.evaluate(async () => {
    const html: string[] = []
    for (const card of document.querySelectorAll('.react-flow__node .card:has(img[src])')) {
      const copy = card.cloneNode(true) as HTMLElement
      for (const element of copy.querySelectorAll('canvas, .react-flow__resize-control')) element.remove()
      for (const image of copy.querySelectorAll('img')) {
        if (!image.src) continue
        const reader = new FileReader()
        reader.readAsDataURL(await (await fetch(image.src)).blob())
        await new Promise((resolve) => reader.addEventListener('load', resolve))
        image.src = String(reader.result)
      }
      html.push(copy.outerHTML)
    }
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    return { html, css: rules.map((rule) => rule.cssText).join('\n') }
  })

/**
 * Plain React Flow as its documentation begins: with its own nodes, or with cards that look like the editor's and do
 * nothing.
 */
export async function plainPage(folder: string, cards?: Cards): Promise<string> {
  const name = cards ? 'rich' : 'plain'
  const entry = path.join(folder, `${name}.jsx`)
  writeFileSync(
    entry,
    `import { createRoot } from 'react-dom/client'
     import { useState, useCallback } from 'react'
     import { ReactFlow, applyNodeChanges, Background, Handle } from '@xyflow/react'
     import '@xyflow/react/dist/style.css'
     const cards = ${JSON.stringify(cards?.html ?? [])}
     const Card = ({ data }) => <><Handle type="target" position="left" /><div dangerouslySetInnerHTML={{ __html: cards[data.index % cards.length] }} /><Handle type="source" position="right" /></>
     const nodeTypes = { card: Card }
     const count = Number(new URLSearchParams(location.search).get('count'))
     const columns = Math.min(${COLUMNS}, Math.ceil(Math.sqrt(count * 1.6)))
     const first = Array.from({ length: count }, (_, i) => ({ id: 'n' + i, position: { x: (i % columns) * 280, y: Math.floor(i / columns) * 380 }, width: 208, height: 300, type: cards.length ? 'card' : undefined, data: { label: 'Node ' + i, index: i } }))
     const edges = first.flatMap((_, i) => i % 10 > 0 ? [{ id: 'e' + i, source: 'n' + (i % 10 < 8 ? i - 1 : i - (i % 10) + 6), target: 'n' + i }] : [])
     function App() {
       const [nodes, setNodes] = useState(first)
       const onNodesChange = useCallback((changes) => setNodes((now) => applyNodeChanges(changes, now)), [])
       return <ReactFlow nodes={nodes} nodeTypes={nodeTypes} edges={edges} onNodesChange={onNodesChange} onInit={(flow) => { window.flow = flow }} panOnScroll minZoom={0.05}><Background /></ReactFlow>
     }
     createRoot(document.body.appendChild(Object.assign(document.createElement('div'), { style: 'width:100vw;height:100vh' }))).render(<App />)`,
  )
  await build({
    entryPoints: [entry],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    nodePaths: [path.join(root, 'node_modules')],
  })
  const page = path.join(folder, `${name}.html`)
  writeFileSync(
    page,
    `<!doctype html><html data-theme=dark><meta charset=utf-8><link rel=stylesheet href=${name}.css><style>${cards?.css ?? ''}</style><style>body{margin:0}</style><body><script src=${name}.js></script>`,
  )
  return `file://${page}`
}

export function litegraphPage(folder: string): string {
  const page = path.join(folder, 'litegraph.html')
  const lib = path.join(root, 'node_modules/litegraph.js')
  writeFileSync(
    page,
    `<!doctype html><link rel=stylesheet href="file://${lib}/css/litegraph.css"><style>body{margin:0}</style>
     <canvas id=c width=1440 height=900></canvas><script src="file://${lib}/build/litegraph.js"></script><script>
     const count = Number(new URLSearchParams(location.search).get('count'))
     const columns = Math.min(${COLUMNS}, Math.ceil(Math.sqrt(count * 1.6)))
     function Card() { this.addInput('pose', 'pose'); this.addOutput('pose', 'pose'); this.size = [208, 300] }
     LiteGraph.registerNodeType('bench/card', Card)
     const graph = new LGraph(); const view = new LGraphCanvas('#c', graph); window.view = view
     const nodes = Array.from({ length: count }, (_, i) => { const n = LiteGraph.createNode('bench/card'); n.pos = [(i % columns) * 280, Math.floor(i / columns) * 380]; graph.add(n); return n })
     nodes.forEach((n, i) => { if (i % 10 > 0) nodes[i % 10 < 8 ? i - 1 : i - (i % 10) + 6].connect(0, n, 0) })
     window.nodes = nodes
     </script>`,
  )
  return `file://${page}`
}

'use client'
import { Brush, Circle, Eraser, Hexagon, Lasso, Layers, MousePointer2, Plug, Square } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { type MaskLayer, maskLayers } from '../../../nodes/lib/mask/mask-layers'
import { maskReader } from '../../_lib/values/frame-reader'
import { loadPicture } from '../../_lib/values/load-values'
import { regionCss } from '../../_lib/values/region-colours'
import { identityOf } from '../../_lib/values/stored-value'
import { EmptyState } from '../../_ui/empty-state'
import { Segment } from '../../_ui/segment'
import { Dock } from '../dock/dock'
import { useEditorKeys } from '../full-screen/editor-keys'
import { FullScreenFrame } from '../full-screen/frame'
import { type Tool, ToolRail, ZoomHud } from '../full-screen/hud'
import type { StageView } from '../full-screen/stage-view'
import { useDraft } from '../full-screen/use-draft'
import { portraitFor } from '../stages/trace-values'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useRuns } from '../state/run-store'
import { useTransport } from '../state/transport'
import { LayerList } from './layer-list'
import type { MaskRange, MaskTool } from './mask-edits'
import { MaskStage } from './mask-stage'
import type { MaskLook } from './paint-masks'
import { RegionList } from './region-list'
import { type RangeChoice, RegionPanel } from './region-panel'
import { useEditedFrame } from './use-edited-frame'

const TOOLS: readonly Tool<MaskTool>[] = [
  { id: 'select', label: 'Select and move', icon: MousePointer2, keys: 'V' },
  { id: 'brush', label: 'Brush', icon: Brush, keys: 'B' },
  { id: 'eraser', label: 'Eraser', icon: Eraser, keys: 'E' },
  { id: 'rectangle', label: 'Rectangle', icon: Square, keys: 'R' },
  { id: 'ellipse', label: 'Ellipse', icon: Circle, keys: 'O' },
  { id: 'polygon', label: 'Polygon', icon: Hexagon, keys: 'P' },
  { id: 'lasso', label: 'Lasso', icon: Lasso, keys: 'L' },
]

const NO_LAYERS: MaskLayer[] = []

/** Full-screen editor of a `mask/editor` node: its layers over the mask that comes in, over the portrait. */
export function MaskEditor({ nodeId, onClose }: { nodeId: string; onClose: () => void }) {
  const { commands, undo, redo } = useEditor()
  const node = useWorkflow(({ nodes }) => nodes[nodeId])
  const edges = useWorkflow((document) => document.edges)
  const nodes = useWorkflow((document) => document.nodes)
  const source = edges.find(({ to }) => to[0] === nodeId && to[1] === 'mask')?.from
  const input = useRuns(({ views }) => source && views[source[0]]?.values[source[1]])
  const views = useRuns((state) => state.views)
  const title = useWorkflow(({ name }) => name)
  const stored = useMemo(() => {
    const parsed = maskLayers.safeParse(node?.params.layers ?? [])
    return parsed.success ? parsed.data : NO_LAYERS
  }, [node])
  const opened = useRef(stored)
  const write = useCallback(
    (layers: MaskLayer[], gesture?: string) => commands.setParam(nodeId, 'layers', layers, { gesture }),
    [commands, nodeId],
  )
  const draft = useDraft(stored, write)
  const portrait = useMemo(() => {
    const values = Object.fromEntries(Object.entries(views).map(([id, view]) => [id, view.values]))
    return portraitFor({ nodes, edges }, values, nodeId)
  }, [views, nodes, edges, nodeId])
  // A picture that no run has read yet is shown from its file.
  const shown = edges.find(({ to }) => to[0] === nodeId && to[1] === 'image')?.from[0]
  const asset = shown === undefined ? undefined : nodes[shown]?.params.asset
  const below: Below = portrait ?? (typeof asset === 'string' && asset !== '' ? asset : undefined)
  const frame = {
    icon: Layers,
    editor: 'Mask editor',
    title,
    saved: 'Every edit is saved',
    actions: { undo, redo },
    onDone: onClose,
    onDiscard: stored === opened.current ? undefined : () => write(opened.current),
  }
  if (input?.type !== 'mask' || !('blobs' in input)) {
    return <Unconnected frame={frame} connected={source !== undefined} onClose={onClose} />
  }
  return <OpenMask frame={frame} input={input} below={below} draft={draft} onClose={onClose} />
}

/** What lies below the masks: a value of the workflow, or the id of a file. */
type Below = ValueRef | string | undefined

async function assetPicture(id: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(`/api/assets/${id.replace('sha256:', '')}`, { signal })
  return createImageBitmap(await response.blob())
}

type Frame = Omit<Parameters<typeof FullScreenFrame>[0], 'left' | 'right' | 'children'>

function Unconnected({
  frame,
  connected,
  onClose,
}: {
  frame: Frame
  connected: boolean
  onClose: () => void
}) {
  useEditorKeys({ escape: onClose })
  return (
    <FullScreenFrame {...frame} left={null} right={null}>
      <div className="grid h-full place-items-center">
        <EmptyState large icon={Plug} title={connected ? 'The mask is not there yet' : 'No mask comes in'}>
          {connected
            ? 'Run the workflow up to this node; then its masks can be edited here, frame by frame.'
            : 'Connect a mask to this node, from Motion masks for example, and run it.'}
        </EmptyState>
      </div>
    </FullScreenFrame>
  )
}

function OpenMask({
  frame: frameProps,
  input,
  below,
  draft,
  onClose,
}: {
  frame: Frame
  input: ValueRef
  below: Below
  draft: ReturnType<typeof useDraft<MaskLayer[]>>
  onClose: () => void
}) {
  const identity = identityOf(input)
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values have equal identities
  const reader = useMemo(() => maskReader(input), [identity])
  const frame = useTransport((state) => Math.min(state.frame, Math.max(0, reader.frames - 1)))
  const layers = draft.value
  const [tool, setTool] = useState<MaskTool>('brush')
  const [region, setRegion] = useState(reader.regions[0] ?? 'mask')
  const [hidden, setHidden] = useState<string[]>([])
  const [look, setLook] = useState<MaskLook>('overlay')
  const [selected, setSelected] = useState<string>()
  const [brush, setBrush] = useState({ radius: Math.max(6, reader.width / 24), hardness: 0.8 })
  const [choice, setChoice] = useState<RangeChoice>('all')
  const [span, setSpan] = useState({ from: 0, to: reader.frames - 1 })
  const [stage, setStage] = useState<StageView>()
  const shown = useEditedFrame(reader, layers, frame, { chosen: region, hidden, look })
  const regions = shown.regions.includes(region) ? shown.regions : [...shown.regions, region]
  const range: MaskRange =
    choice === 'all'
      ? { from: null, to: null }
      : choice === 'frame'
        ? { from: frame, to: frame }
        : { from: span.from, to: span.to }
  const paintBelow = usePicture(below, reader.width, reader.height, look)
  const resize = (factor: number) =>
    setBrush(({ radius, hardness }) => ({
      hardness,
      radius: Math.max(0.5, Math.min(400, radius * factor)),
    }))

  useEditorKeys({
    escape: () => (selected ? setSelected(undefined) : onClose()),
    'ctrl+z': () => frameProps.actions.undo(),
    'ctrl+shift+z': () => frameProps.actions.redo(),
    'ctrl+y': () => frameProps.actions.redo(),
    v: () => setTool('select'),
    b: () => setTool('brush'),
    e: () => setTool('eraser'),
    r: () => setTool('rectangle'),
    o: () => setTool('ellipse'),
    p: () => setTool('polygon'),
    l: () => setTool('lasso'),
    x: () => setTool(tool === 'eraser' ? 'brush' : 'eraser'),
    f: () => stage?.fit(),
    '[': () => resize(1 / 1.15),
    ']': () => resize(1.15),
    delete: () => removeSelected(),
    backspace: () => removeSelected(),
  })
  const removeSelected = () => {
    if (!selected) return
    draft.change(layers.filter(({ id }) => id !== selected))
    setSelected(undefined)
  }

  return (
    <FullScreenFrame
      {...frameProps}
      options={
        <Segment
          label="How masks are shown"
          value={look}
          onChange={setLook}
          options={[
            { value: 'overlay', label: 'Overlay' },
            { value: 'mask', label: 'Mask only' },
            { value: 'outline', label: 'Outline' },
          ]}
        />
      }
      left={
        <>
          <RegionList
            regions={regions}
            coverage={shown.coverage}
            chosen={region}
            hidden={hidden}
            onChoose={setRegion}
            onToggle={(name) =>
              setHidden(hidden.includes(name) ? hidden.filter((n) => n !== name) : [...hidden, name])
            }
          />
          <LayerList
            layers={layers}
            regions={regions}
            frame={frame}
            selected={selected}
            onSelect={setSelected}
            onChange={(next) => draft.change(next)}
          />
        </>
      }
      right={
        <RegionPanel
          region={region}
          colour={regionCss(region, regions)}
          layers={layers}
          range={range}
          choice={choice}
          frames={reader.frames}
          brush={brush}
          showBrush={tool === 'brush' || tool === 'eraser'}
          onBrush={setBrush}
          onChoice={setChoice}
          onRange={setSpan}
          onChange={draft.change}
        />
      }
      dock={<Dock />}
    >
      <MaskStage
        width={reader.width}
        height={reader.height}
        frame={frame}
        tool={tool}
        drawing={{ region, op: 'add', range }}
        brush={brush}
        layers={layers}
        selected={selected}
        picture={shown.picture}
        paintBelow={paintBelow}
        onSelect={setSelected}
        onHold={draft.hold}
        onCommit={(next) => draft.change(next)}
        onStage={setStage}
      />
      <ToolRail tools={TOOLS} tool={tool} onTool={(id) => setTool(id as MaskTool)} />
      <Hints tool={tool} />
      {stage && <ZoomHud stage={stage} />}
      {shown.error && (
        <p
          role="alert"
          className="absolute inset-x-4 top-4 mx-auto w-fit rounded-2 bg-err-soft px-3 py-1.5 text-err"
        >
          {shown.error.message} {shown.error.hint}
        </p>
      )}
    </FullScreenFrame>
  )
}

const HINTS: Record<MaskTool, [string, string][]> = {
  select: [['Drag', 'move a shape']],
  brush: [
    ['[ ]', 'size'],
    ['Alt', 'erase'],
  ],
  eraser: [
    ['[ ]', 'size'],
    ['Alt', 'paint'],
  ],
  rectangle: [
    ['Shift', 'square'],
    ['Alt', 'erase'],
  ],
  ellipse: [
    ['Shift', 'circle'],
    ['Alt', 'erase'],
  ],
  polygon: [['Click the first corner', 'close']],
  lasso: [['Alt', 'erase']],
}

function Hints({ tool }: { tool: MaskTool }) {
  return (
    <p className="pointer-events-none absolute bottom-4 left-4 flex gap-3 rounded-2 bg-scrim px-2.5 py-1 text-11 text-white">
      {HINTS[tool].map(([key, does]) => (
        <span key={key}>
          <b className="font-strong">{key}</b> {does}
        </span>
      ))}
    </p>
  )
}

/** The portrait, darkened a little so that colours of regions stand out; nothing below a plain mask. */
function usePicture(below: Below, width: number, height: number, look: MaskLook) {
  const [bitmap, setBitmap] = useState<ImageBitmap>()
  const identity = typeof below === 'object' ? identityOf(below) : (below ?? '')
  // biome-ignore lint/correctness/useExhaustiveDependencies: equal values have equal identities
  useEffect(() => {
    if (!below) return setBitmap(undefined)
    const abort = new AbortController()
    const load =
      typeof below === 'string'
        ? assetPicture(below, abort.signal)
        : loadPicture(below, { signal: abort.signal })
    load.then(setBitmap, () => {}) // without a picture the masks are there alone
    return () => abort.abort()
  }, [identity])
  return useCallback(
    (target: CanvasRenderingContext2D) => {
      target.clearRect(0, 0, width, height)
      if (!bitmap || look === 'mask') return
      target.drawImage(bitmap, 0, 0, width, height)
      if (look === 'overlay') {
        target.fillStyle = 'rgb(0 0 0 / 0.22)'
        target.fillRect(0, 0, width, height)
      }
    },
    [bitmap, width, height, look],
  )
}

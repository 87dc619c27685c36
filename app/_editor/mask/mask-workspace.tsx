'use client'
import { Brush, Circle, CircleAlert, Eraser, Hexagon, Lasso, MousePointer2, Square } from 'lucide-react'
import { useMemo, useState } from 'react'
import { createStore } from 'zustand/vanilla'
import type { ValueRef } from '../../../nodes/core/value-ref'
import type { MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import { isShape } from '../../../nodes/lib/mask/mask-layers'
import { maskReader } from '../../_lib/values/frame-reader'
import { regionCss } from '../../_lib/values/region-colours'
import { identityOf } from '../../_lib/values/stored-value'
import { Button } from '../../_ui/button'
import { ProgressRing } from '../../_ui/progress-ring'
import { Segment } from '../../_ui/segment'
import { Dock } from '../dock/dock'
import { useEditorKeys } from '../full-screen/editor-keys'
import { FullScreenFrame } from '../full-screen/frame'
import { type Tool, ToolRail, ZoomHud } from '../full-screen/hud'
import type { StageView } from '../full-screen/stage-view'
import type { useDraft } from '../full-screen/use-draft'
import { useTransport } from '../state/transport'
import { LayerList } from './layer-list'
import { type MaskRange, type MaskTool, movedLayer } from './mask-edits'
import { MaskHints } from './mask-hints'
import { type MaskPointer, MaskStage } from './mask-stage'
import type { MaskLook } from './paint-masks'
import { type Below, usePicture } from './picture-below'
import { RegionList } from './region-list'
import { type RangeChoice, RegionPanel } from './region-panel'
import { useEditedFrame } from './use-edited-frame'
import { useMaskDrawing } from './use-mask-drawing'
import { usePointKeys } from './use-point-keys'
import { WhatRuns } from './what-runs'

const TOOLS: readonly Tool<MaskTool>[] = [
  { id: 'select', label: 'Select and move', icon: MousePointer2, keys: 'V' },
  { id: 'brush', label: 'Brush', icon: Brush, keys: 'B' },
  { id: 'eraser', label: 'Eraser', icon: Eraser, keys: 'E' },
  { id: 'rectangle', label: 'Rectangle', icon: Square, keys: 'R' },
  { id: 'ellipse', label: 'Ellipse', icon: Circle, keys: 'O' },
  { id: 'polygon', label: 'Polygon', icon: Hexagon, keys: 'P' },
  { id: 'lasso', label: 'Lasso', icon: Lasso, keys: 'L' },
]

type Frame = Omit<Parameters<typeof FullScreenFrame>[0], 'left' | 'right' | 'children'>

/** Regions and edits, the picture, and what can be done to the chosen region. */
export function MaskWorkspace({
  nodeId,
  frame: frameProps,
  input,
  below,
  draft,
  onClose,
}: {
  nodeId: string
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
  const [focus, setFocus] = useState<{ byKeys: boolean }>()
  const pointer = useMemo(() => createStore<MaskPointer>(() => ({ at: undefined, by: 'pointer' })), [])
  const shown = useEditedFrame(reader, layers, frame, { chosen: region, hidden, look })
  const regions = shown.regions.includes(region) ? shown.regions : [...shown.regions, region]
  const range: MaskRange =
    choice === 'all'
      ? { from: null, to: null }
      : choice === 'frame'
        ? { from: frame, to: frame }
        : { from: span.from, to: span.to }
  const paintBelow = usePicture(below, reader.width, reader.height, look)
  const drawing = useMaskDrawing({
    tool,
    frame,
    target: { region, op: 'add', range },
    brush,
    layers,
    onSelect: setSelected,
    onHold: draft.hold,
    onLetGo: draft.cancel,
    onCommit: (next) => draft.change(next),
  })
  const resize = (factor: number) =>
    setBrush(({ radius, hardness }) => ({
      hardness,
      radius: Math.max(0.5, Math.min(400, radius * factor)),
    }))
  const removeSelected = () => {
    if (drawing.dropCorner() || !selected) return
    draft.change(layers.filter(({ id }) => id !== selected))
    setSelected(undefined)
  }
  const shape = tool === 'select' ? layers.find(({ id }) => id === selected) : undefined
  const pointKeys = usePointKeys({
    on: focus !== undefined,
    pointer,
    drawing,
    scale: stage?.view.scale ?? 1,
    picture: reader,
    nudge:
      shape && isShape(shape) && !drawing.isDrawing
        ? (dx, dy) => {
            const moved = movedLayer(shape, dx, dy)
            draft.change(
              layers.map((layer) => (layer.id === moved.id ? moved : layer)),
              `nudge ${moved.id}`,
            )
          }
        : undefined,
  })

  useEditorKeys({
    escape: () => {
      if (drawing.letGo()) return
      if (selected) setSelected(undefined)
      else onClose()
    },
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
    delete: removeSelected,
    backspace: removeSelected,
    ...pointKeys,
  })

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
            thumbnails={shown.thumbnails}
            state={shown.picture ? 'shown' : shown.error ? 'failed' : 'loading'}
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
        <>
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
          <WhatRuns nodeId={nodeId} />
        </>
      }
      dock={<Dock />}
    >
      <MaskStage
        width={reader.width}
        height={reader.height}
        tool={tool}
        drawing={drawing}
        brush={brush}
        layers={layers}
        selected={selected}
        pointer={pointer}
        picture={shown.picture}
        paintBelow={paintBelow}
        onFocus={setFocus}
        onStage={setStage}
      />
      <ToolRail tools={TOOLS} tool={tool} onTool={(id) => setTool(id as MaskTool)} />
      <MaskHints tool={tool} byKeys={focus?.byKeys === true} />
      {stage && <ZoomHud stage={stage} />}
      {!shown.picture && !shown.error && (
        <p
          role="status"
          className="absolute inset-x-4 top-4 mx-auto flex w-fit items-center gap-2 rounded-2 bg-raised px-3 py-1.5 shadow-2 outline outline-line-2 -outline-offset-1"
        >
          <ProgressRing size={14} />
          Reading the masks of this frame
        </p>
      )}
      {shown.error && (
        <div
          role="alert"
          className="absolute top-4 right-4 left-16 mx-auto flex w-fit items-center gap-2 rounded-2 bg-raised py-1.5 pr-1.5 pl-3 shadow-2 outline outline-err -outline-offset-1"
        >
          <CircleAlert size={14} strokeWidth={1.75} className="flex-none text-err" aria-hidden />
          <span>
            {shown.error.message} {shown.error.hint}
          </span>
          <Button size="small" onClick={shown.again}>
            Try again
          </Button>
        </div>
      )}
    </FullScreenFrame>
  )
}

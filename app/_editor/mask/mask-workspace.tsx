'use client'
import {
  Brush as BrushIcon,
  Circle,
  Copy,
  Diamond,
  Eraser,
  Lasso,
  MousePointer2,
  Pentagon,
  Square,
} from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { AudioValue } from '../../../nodes/core/values'
import { isShape, type MaskLayer } from '../../../nodes/lib/mask/mask-layers'
import { regionColour, regionCss } from '../../_lib/values/region-colours'
import { Button } from '../../_ui/button'
import { Kbd } from '../../_ui/kbd'
import { Segment } from '../../_ui/segment'
import { SliderRow } from '../../_ui/slider-row'
import { useEditorKeys } from '../full-screen/editor-keys'
import { type DocumentActions, FullScreenFrame } from '../full-screen/frame'
import { ToolRail, ZoomHud } from '../full-screen/hud'
import { useStageView } from '../full-screen/stage-view'
import { useDraft } from '../full-screen/use-draft'
import { transport, useTransport } from '../state/transport'
import {
  type Brush,
  type FrameRange,
  type MaskTool,
  moveShape,
  newMaskId,
  type Place,
  removeMaskLayer,
  setShapeKey,
  shapeOf,
} from './mask-edits'
import type { MaskLook } from './mask-engine'
import { MaskInspector } from './mask-inspector'
import { type EditedMask, MaskPreview } from './mask-preview'
import { MaskStage } from './mask-stage'
import { MaskTimeline } from './mask-timeline'
import { RegionsPanel } from './regions-panel'

const TOOLS = [
  { id: 'select', label: 'Move a shape', icon: MousePointer2, keys: 'V' },
  { id: 'brush', label: 'Brush', icon: BrushIcon, keys: 'B' },
  { id: 'erase', label: 'Eraser', icon: Eraser, keys: 'E' },
  { id: 'lasso', label: 'Lasso', icon: Lasso, keys: 'Q' },
  { id: 'polygon', label: 'Polygon', icon: Pentagon, keys: 'P' },
  { id: 'rectangle', label: 'Rectangle', icon: Square, keys: 'R' },
  { id: 'ellipse', label: 'Ellipse', icon: Circle, keys: 'C' },
] as const satisfies readonly { id: MaskTool; label: string; icon: typeof Square; keys: string }[]

/** Over which frames an edit counts. */
export type Scope = 'frame' | 'loop' | 'all'

export interface MaskWorkspaceProps {
  title: string
  saved: string
  mask: EditedMask
  audio?: AudioValue
  /** What lies below the mask at a frame; `changed` is called when it has come. */
  picture(frame: number, changed: () => void): CanvasImageSource | undefined
  layers: readonly MaskLayer[]
  onLayers(layers: MaskLayer[], gesture?: string): void
  actions: DocumentActions
  onClose(): void
}

/** The mask editor over plain data. */
export function MaskWorkspace({
  title,
  saved,
  mask,
  audio,
  picture,
  layers,
  onLayers,
  actions,
  onClose,
}: MaskWorkspaceProps) {
  const draft = useDraft<readonly MaskLayer[]>(
    layers,
    useCallback((next, gesture) => onLayers([...next], gesture), [onLayers]),
  )
  const [atOpening] = useState(layers)
  const [region, setRegion] = useState(() =>
    mask.regions.includes('hands') ? 'hands' : (mask.regions[0] ?? 'custom'),
  )
  const [added, setAdded] = useState<readonly string[]>([])
  const [hidden, setHidden] = useState<readonly string[]>([])
  const [selected, setSelected] = useState<string>()
  const [tool, setTool] = useState<MaskTool>('brush')
  const [brush, setBrush] = useState<Brush>(() => ({
    radius: Math.max(4, Math.round(mask.width / 30)),
    hardness: 0.6,
  }))
  const [look, setLook] = useState<MaskLook>('overlay')
  const [scope, setScope] = useState<Scope>('frame')
  const stage = useStageView(mask)
  const frame = Math.min(
    mask.frames - 1,
    useTransport((state) => state.frame),
  )
  const loopIn = useTransport((state) => state.in)
  const loopOut = useTransport((state) => state.out)
  const range: FrameRange = useMemo(() => {
    if (scope === 'frame') return { from: frame, to: frame }
    if (scope === 'loop') return { from: loopIn, to: loopOut }
    return { from: null, to: null }
  }, [scope, frame, loopIn, loopOut])
  const regions = useMemo(
    () => [...new Set([...mask.regions, ...draft.value.map((layer) => layer.region), ...added])],
    [mask, draft.value, added],
  )
  const { preview, areas, failure } = usePreview(mask)
  useClip(mask, audio)

  const paints = useMemo(() => {
    const made = [...regions].filter(
      (one) => mask.regions.includes(one) || draft.value.some((layer) => layer.region === one),
    )
    // The selected region lies on top of the others.
    return made
      .sort((a, b) => Number(a === region) - Number(b === region))
      .map((one) => ({
        region: one,
        colour: regionColour(one, regions),
        selected: one === region,
        shown: !hidden.includes(one),
      }))
  }, [regions, mask, draft.value, region, hidden])
  useEffect(
    () => preview?.show({ layers: draft.value, frame, look, paints }),
    [preview, draft.value, frame, look, paints],
  )

  const before = useRef<readonly MaskLayer[] | null>(null)
  const drawn = (path: readonly Place[], erase: boolean) => {
    before.current ??= draft.value
    const id = newMaskId(before.current)
    const shape = tool === 'select' ? null : shapeOf(tool, path, { id, region, range, brush, erase })
    return { id, layers: shape ? [...before.current, shape] : before.current }
  }
  const strokes = {
    draw: (path: readonly Place[], erase: boolean) => draft.hold(drawn(path, erase).layers),
    finish(path: readonly Place[], erase: boolean) {
      const { id, layers: next } = drawn(path, erase)
      const kept = before.current
      before.current = null
      if (next === kept) return draft.cancel()
      draft.hold(next)
      draft.release()
      setSelected(id)
    },
    cancel() {
      if (before.current) draft.cancel()
      before.current = null
    },
    move(by: Place) {
      if (!selected) return
      before.current ??= draft.value
      draft.hold(moveShape(before.current, selected, frame, by))
    },
    moved() {
      if (before.current) draft.release()
      before.current = null
    },
  }
  const keyHere = () => {
    const layer = draft.value.find(({ id }) => id === selected)
    if (selected && layer && isShape(layer)) draft.change(setShapeKey(draft.value, selected, frame))
  }
  const copyToNext = () => {
    const layer = draft.value.find(({ id }) => id === selected)
    if (!layer || frame + 1 >= mask.frames) return
    const id = newMaskId(draft.value)
    draft.change([...draft.value, { ...layer, id, from: frame + 1, to: frame + 1 }])
    setSelected(id)
    transport.step(1)
  }
  const size = (factor: number) =>
    setBrush((now) => ({ ...now, radius: Math.max(0.5, Math.min(512, now.radius * factor)) }))
  const pick = (id: MaskTool) => () => setTool(id)
  useEditorKeys({
    escape: () => (before.current ? strokes.cancel() : onClose()),
    'ctrl+z': actions.undo,
    'ctrl+shift+z': actions.redo,
    'ctrl+y': actions.redo,
    '[': () => size(1 / 1.15),
    ']': () => size(1.15),
    x: () => setTool((now) => (now === 'brush' ? 'erase' : 'brush')),
    v: pick('select'),
    b: pick('brush'),
    e: pick('erase'),
    q: pick('lasso'),
    p: pick('polygon'),
    r: pick('rectangle'),
    c: pick('ellipse'),
    k: keyHere,
    'shift+arrowright': copyToNext,
    delete: () => {
      if (selected) draft.change(removeMaskLayer(draft.value, selected))
      setSelected(undefined)
    },
    f: stage.fit,
  })
  const brushing = tool === 'brush' || tool === 'erase'
  const changed = JSON.stringify(layers) !== JSON.stringify(atOpening)
  const selectedLayer = draft.value.find(({ id }) => id === selected)
  return (
    <FullScreenFrame
      icon={BrushIcon}
      editor="Mask editor"
      title={title}
      saved={saved}
      actions={actions}
      onDone={onClose}
      onDiscard={changed ? () => onLayers([...atOpening]) : undefined}
      options={
        <Segment
          label="What the stage shows"
          value={look}
          options={[
            { value: 'overlay', label: 'Overlay' },
            { value: 'mask', label: 'Mask only' },
            { value: 'outline', label: 'Outline' },
          ]}
          onChange={setLook}
        />
      }
      left={
        <RegionsPanel
          {...{ mask, regions, region, hidden, areas, selected }}
          layers={draft}
          onRegion={setRegion}
          onHidden={setHidden}
          onSelected={setSelected}
          onAdd={(name) => {
            setAdded([...added, name])
            setRegion(name)
          }}
        />
      }
      right={
        <MaskInspector
          {...{ mask, region, regions, frame, range, scope, selected: selectedLayer }}
          layers={draft}
          onScope={setScope}
          loopSet={loopIn !== null || loopOut !== null}
        />
      }
      dock={
        <MaskTimeline
          mask={mask}
          preview={preview}
          layers={draft.value}
          regions={regions}
          region={region}
          selected={selectedLayer}
          onRegion={setRegion}
          actions={
            <>
              <Button
                size="small"
                icon={Copy}
                disabled={!selectedLayer || frame + 1 >= mask.frames}
                onClick={copyToNext}
              >
                Copy to next frame <Kbd keys="Shift →" />
              </Button>
              <Button
                size="small"
                icon={Diamond}
                className="mr-2"
                disabled={!selectedLayer || !isShape(selectedLayer)}
                onClick={keyHere}
              >
                Keyframe <Kbd keys="K" />
              </Button>
            </>
          }
        />
      }
    >
      <div className="absolute inset-x-0 top-0 z-1 flex h-10 items-center gap-4 border-line-1 border-b bg-panel px-4">
        <span className="flex-none font-strong capitalize">{TOOLS.find(({ id }) => id === tool)?.label}</span>
        {brushing ? (
          <>
            <SliderRow
              className="w-64 min-w-0"
              label="Size"
              unit="px"
              value={Math.round(brush.radius * 2)}
              min={1}
              max={Math.round(mask.width / 2)}
              step={1}
              onChange={(diameter) => setBrush({ ...brush, radius: diameter / 2 })}
            />
            <SliderRow
              className="w-64 min-w-0"
              label="Hardness"
              unit="%"
              value={Math.round(brush.hardness * 100)}
              min={0}
              max={100}
              step={1}
              onChange={(percent) => setBrush({ ...brush, hardness: percent / 100 })}
            />
          </>
        ) : (
          <span className="text-text-3">{HINTS[tool]}</span>
        )}
        <span className="flex-1" />
        <span className="hidden flex-none text-11 text-text-3 min-[1300px]:inline">
          <Kbd keys="[" /> <Kbd keys="]" /> size · <Kbd keys="Alt" /> erase
        </span>
      </div>
      <div className="absolute inset-x-0 top-10 bottom-0">
        <MaskStage
          {...{ stage, mask, preview, picture, look, tool, brush, strokes }}
          colour={regionCss(region, regions)}
        />
        <ToolRail<MaskTool> tools={TOOLS} tool={tool} onTool={setTool} />
        {failure && (
          <p
            role="alert"
            className="absolute bottom-4 left-1/2 -translate-x-1/2 rounded-2 bg-black/80 px-2.5 py-1.5 text-11 text-[#ff9c94]"
          >
            {failure.message} {failure.hint}
          </p>
        )}
        <ZoomHud stage={stage} />
      </div>
    </FullScreenFrame>
  )
}

const HINTS: Partial<Record<MaskTool, string>> = {
  select: 'Choose a shape in the list, then drag it.',
  lasso: 'Draw around what belongs to the region.',
  polygon: 'Click corners; the first one, or a double-click, closes it.',
  rectangle: 'Drag from corner to corner.',
  ellipse: 'Drag from corner to corner.',
}

function usePreview(mask: EditedMask) {
  const [preview, setPreview] = useState<MaskPreview>()
  const [areas, setAreas] = useState<Readonly<Record<string, number>>>({})
  const [failure, setFailure] = useState<ErrorJson>()
  useEffect(() => {
    const made = new MaskPreview(mask, { areas: setAreas, failure: setFailure })
    setPreview(made)
    return () => {
      made.close()
      setPreview(undefined)
    }
  }, [mask])
  return { preview, areas, failure }
}

function useClip(mask: EditedMask, audio: AudioValue | undefined): void {
  useEffect(() => {
    transport.setClip({ frames: mask.frames, fps: mask.fps }, audio)
    return () => transport.pause()
  }, [mask, audio])
}

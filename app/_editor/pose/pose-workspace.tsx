'use client'
import {
  Bone,
  Copy,
  FlipHorizontal2,
  Hand,
  MousePointer2,
  PersonStanding,
  ScanFace,
  Smile,
  Spline,
} from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { PoseValue } from '../../../nodes/core/values'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { Kbd } from '../../_ui/kbd'
import { NumberField } from '../../_ui/number-field'
import { ProgressRing } from '../../_ui/progress-ring'
import { Segment } from '../../_ui/segment'
import { Toggle } from '../../_ui/toggle'
import { useEditorKeys } from '../full-screen/editor-keys'
import { type DocumentActions, FullScreenFrame } from '../full-screen/frame'
import { Hud, ToolRail, ZoomHud } from '../full-screen/hud'
import { pictureOf } from '../full-screen/picture-of'
import { useStageView } from '../full-screen/stage-view'
import { useDraft } from '../full-screen/use-draft'
import { transport, useTransport } from '../state/transport'
import { EditedMotion } from './edited-motion'
import { PoseInspector } from './inspector'
import { LayersPanel } from './layers-panel'
import { ARM_OF } from './parts'
import {
  copySelected,
  keySelected,
  mirrorSelected,
  pasteCopied,
  removeKeysHere,
  swivelSelected,
} from './pose-actions'
import { PoseStage } from './pose-stage'
import {
  type PoseSession,
  PoseSessionProvider,
  type PoseSubject,
  type PoseTool,
  type PoseView,
} from './session'
import { ONION } from './stage-paint'
import { PoseTimeline } from './timeline'
import { WarpPreview, type WarpState } from './warp-preview'

const TOOLS = [
  { id: 'select', label: 'Select and move', icon: MousePointer2, keys: 'V' },
  { id: 'joints', label: 'Joints and fingers', icon: Bone, keys: 'A' },
  { id: 'hand', label: 'Hands', icon: Hand, keys: 'N' },
  { id: 'head', label: 'Head', icon: ScanFace, keys: 'U' },
  { id: 'face', label: 'Face and lips', icon: Smile, keys: 'P' },
] as const satisfies readonly { id: PoseTool; label: string; icon: typeof Bone; keys: string }[]

/** Long side of the warp preview, px: a drag is followed at this size. */
const PREVIEW_SIZE = 512

const START: PoseView = {
  tool: 'select',
  look: 'portrait',
  onion: { on: true, before: 5, after: 5, path: true },
  warp: true,
  handles: true,
  layer: undefined,
  parts: [],
  free: [],
  hidden: [],
  rows: 'keys',
  copied: null,
}

export interface PoseWorkspaceProps {
  title: string
  saved: string
  subject: PoseSubject
  layers: readonly EditLayer[]
  onLayers(layers: EditLayer[], gesture?: string): void
  actions: DocumentActions
  onClose(): void
}

/** The pose editor over plain data. */
export function PoseWorkspace({
  title,
  saved,
  subject,
  layers,
  onLayers,
  actions,
  onClose,
}: PoseWorkspaceProps) {
  const draft = useDraft<readonly EditLayer[]>(
    layers,
    useCallback((next, gesture) => onLayers([...next], gesture), [onLayers]),
  )
  const [view, setView] = useState<PoseView>(() => ({ ...START, layer: layers.at(-1)?.id }))
  const show = useCallback((change: Partial<PoseView>) => setView((now) => ({ ...now, ...change })), [])
  const [atOpening] = useState(layers)
  const { edited, notes, failure } = useEdited(subject.input, draft.value)
  const { warp, warpState } = useWarp(subject, view.warp, edited)
  const portraitPicture = usePortrait(subject)
  const stage = useStageView(subject.input)
  useClip(subject)

  const session: PoseSession = useMemo(
    () => ({ subject, layers: draft, edited, notes, failure, view, show, warp, portraitPicture }),
    [subject, draft, edited, notes, failure, view, show, warp, portraitPicture],
  )
  useKeys(session, actions, onClose, stage.fit)
  const arm = view.parts.some((part) => ARM_OF[part])
  const changed = JSON.stringify(layers) !== JSON.stringify(atOpening)

  return (
    <PoseSessionProvider value={session}>
      <FullScreenFrame
        icon={PersonStanding}
        editor="Pose editor"
        title={title}
        saved={saved}
        actions={actions}
        onDone={onClose}
        onDiscard={changed ? () => onLayers([...atOpening]) : undefined}
        options={
          <>
            <Toggle
              on={view.warp}
              label="Warp preview"
              disabled={!subject.firstPose || !subject.portrait}
              onChange={(on) => show({ warp: on })}
            />
            <span className="pr-1 text-text-2 max-[1100px]:hidden">Warp preview</span>
            <Segment
              label="What the stage shows"
              value={view.look}
              options={[
                { value: 'portrait', label: 'Portrait' },
                { value: 'skeleton', label: 'Skeleton' },
                { value: 'picture', label: 'Picture' },
              ]}
              onChange={(look) => show({ look })}
            />
          </>
        }
        left={<LayersPanel />}
        right={<PoseInspector />}
        dock={<PoseTimeline />}
      >
        <PoseStage stage={stage} />
        <ToolRail
          tools={TOOLS}
          tool={view.tool}
          onTool={(tool) => show({ tool })}
          actions={[
            {
              label: 'Path of the selection',
              icon: Spline,
              on: view.onion.path,
              run: () => show({ onion: { ...view.onion, path: !view.onion.path } }),
            },
            {
              label: 'Mirror the edits to the other side',
              icon: FlipHorizontal2,
              disabled: view.parts.length === 0,
              run: () => mirrorSelected(session),
            },
            {
              label: 'Copy the pose of the region',
              icon: Copy,
              keys: 'Ctrl C',
              disabled: view.parts.length === 0,
              run: () => copySelected(session),
            },
          ]}
        />
        <OnionHud session={session} />
        <Messages session={session} warpState={view.warp ? warpState : undefined} />
        {arm && (
          <p className="pointer-events-none absolute bottom-4 left-4 text-11 text-text-3 leading-[18px]">
            <Kbd keys="Shift" /> keep elbow
            <br />
            <Kbd keys="Alt" /> move whole arm
            <br />
            <Kbd keys="Q" /> <Kbd keys="E" /> swivel elbow
          </p>
        )}
        <ZoomHud stage={stage} />
      </FullScreenFrame>
    </PoseSessionProvider>
  )
}

function OnionHud({ session }: { session: PoseSession }) {
  const { onion } = session.view
  const set = (change: Partial<typeof onion>) => session.show({ onion: { ...onion, ...change } })
  const line = (name: 'before' | 'after') => (
    <div className="flex items-center gap-2 text-text-2">
      <i className="h-[2px] w-4 rounded-full" style={{ backgroundColor: ONION[name] }} />
      {name}
      <span className="flex-1" />
      <NumberField
        size="small"
        className="w-13"
        label={`Frames ${name}`}
        unit="f"
        integer
        min={1}
        max={50}
        value={onion[name]}
        onChange={(value) => set({ [name]: value })}
      />
    </div>
  )
  return (
    <Hud className="top-4 right-4 w-[152px] flex-col gap-1.5 px-2.5! py-2! text-11">
      <div className="flex items-center font-strong">
        Onion skin
        <span className="flex-1" />
        <Toggle on={onion.on} label="Onion skin" onChange={(on) => set({ on })} />
      </div>
      {onion.on && (
        <>
          {line('before')}
          {line('after')}
        </>
      )}
    </Hud>
  )
}

/** What the picture on the stage is, and what went wrong. */
function Messages({ session, warpState }: { session: PoseSession; warpState: WarpState | undefined }) {
  const { failure, notes, subject } = session
  const problem = failure ?? (warpState?.state === 'failed' ? warpState.error : undefined)
  const chip = 'flex items-center gap-1.5 rounded-2 bg-black/75 px-2 py-1 text-11 text-white'
  return (
    <div className="pointer-events-none absolute top-4 left-1/2 grid -translate-x-1/2 justify-items-center gap-1">
      {warpState?.state === 'ready' && (
        <span className={chip} title={`Set up in ${warpState.seconds.toFixed(1)} s`}>
          Warp
        </span>
      )}
      {warpState?.state === 'setting-up' && (
        <span className={chip} role="status">
          <ProgressRing fraction={warpState.fraction} size={13} />
          {warpState.text} · {Math.round(warpState.fraction * 100)} %
        </span>
      )}
      {!subject.firstPose && subject.portrait && (
        <span className={chip}>No warp preview: no first pose leads to this portrait</span>
      )}
      {problem && (
        <span className={`${chip} text-[#ff9c94]!`} role="alert">
          {problem.message} {problem.hint}
        </span>
      )}
      {notes.map((note) => (
        <span key={note} className={chip}>
          {note}
        </span>
      ))}
    </div>
  )
}

/** The motion with its layers; between two results the last one stays. */
function useEdited(input: PoseValue, layers: readonly EditLayer[]) {
  const [state, setState] = useState<{ edited: PoseValue; notes: string[]; failure?: ErrorJson }>({
    edited: input,
    notes: [],
  })
  const worker = useRef<EditedMotion | null>(null)
  useEffect(() => {
    setState({ edited: input, notes: [] })
    const made = new EditedMotion(
      input,
      (edited, notes) => setState({ edited, notes }),
      (failure) => setState((now) => ({ ...now, failure })),
    )
    worker.current = made
    return () => made.close()
  }, [input])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new input wants its layers too
  useEffect(
    () => worker.current?.apply(layers.filter((layer) => layer.kind !== 'keys' || layer.tracks.length > 0)),
    [layers, input],
  )
  return state
}

function useWarp({ portrait, firstPose }: PoseSubject, on: boolean, edited: PoseValue) {
  const [warp, setWarp] = useState<WarpPreview>()
  const [warpState, setWarpState] = useState<WarpState>()
  useEffect(() => {
    if (!on || !portrait || !firstPose) return
    const made = new WarpPreview({ portrait, firstPose, maxSize: PREVIEW_SIZE }, setWarpState)
    setWarp(made)
    setWarpState(made.state)
    return () => {
      made.close()
      setWarp(undefined)
      setWarpState(undefined)
    }
  }, [on, portrait, firstPose])
  const frame = useTransport((state) => state.frame)
  useEffect(() => warp?.show(edited, frame), [warp, edited, frame])
  return { warp, warpState }
}

function usePortrait({ portrait }: PoseSubject): ImageBitmap | undefined {
  const [picture, setPicture] = useState<ImageBitmap>()
  useEffect(() => {
    if (!portrait) return setPicture(undefined)
    let stopped = false
    void pictureOf(portrait).then((bitmap) => !stopped && setPicture(bitmap))
    return () => {
      stopped = true
    }
  }, [portrait])
  return picture
}

function useClip({ input, audio, onsets }: PoseSubject): void {
  useEffect(() => {
    transport.setClip({ frames: input.frames, fps: input.fps }, audio)
    transport.setMarks(onsets ?? [])
    return () => transport.pause()
  }, [input, audio, onsets])
}

function useKeys(session: PoseSession, actions: DocumentActions, onClose: () => void, fit: () => void): void {
  const { view, show } = session
  const tool = (id: PoseTool) => () => show({ tool: id })
  const swivel = (by: number) => () =>
    swivelSelected(session, by, `swivel ${view.layer} ${view.parts.join()}`)
  useEditorKeys({
    escape: () => (view.parts.length > 0 ? show({ parts: [] }) : onClose()),
    'ctrl+z': actions.undo,
    'ctrl+shift+z': actions.redo,
    'ctrl+y': actions.redo,
    'ctrl+c': () => copySelected(session),
    'ctrl+v': () => pasteCopied(session),
    k: () => keySelected(session),
    delete: () => removeKeysHere(session),
    q: swivel(-4),
    e: swivel(4),
    'shift+q': swivel(-20),
    'shift+e': swivel(20),
    h: () => show({ handles: !view.handles }),
    f: fit,
    v: tool('select'),
    a: tool('joints'),
    n: tool('hand'),
    u: tool('head'),
    p: tool('face'),
  })
}

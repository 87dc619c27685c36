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
import { useCallback, useMemo, useState } from 'react'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { Kbd } from '../../_ui/kbd'
import { Segment } from '../../_ui/segment'
import { Toggle } from '../../_ui/toggle'
import { type DocumentActions, FullScreenFrame } from '../full-screen/frame'
import { ToolRail, ZoomHud } from '../full-screen/hud'
import { useStageView } from '../full-screen/stage-view'
import { useDraft } from '../full-screen/use-draft'
import { PoseInspector } from './inspector'
import { LayersPanel } from './layers-panel'
import { ARM_OF } from './parts'
import { copySelected, mirrorSelected } from './pose-actions'
import { Messages, OnionHud } from './pose-hud'
import { PoseStage } from './pose-stage'
import {
  type PoseSession,
  PoseSessionProvider,
  type PoseSubject,
  type PoseTool,
  type PoseView,
} from './session'
import { PoseTimeline } from './timeline'
import { usePoseKeys } from './use-pose-keys'
import { useClip, useEdited, usePortrait, useWarp } from './use-pose-preview'

const TOOLS = [
  { id: 'select', label: 'Select and move', icon: MousePointer2, keys: 'V' },
  { id: 'joints', label: 'Joints and fingers', icon: Bone, keys: 'A' },
  { id: 'hand', label: 'Hands', icon: Hand, keys: 'N' },
  { id: 'head', label: 'Head', icon: ScanFace, keys: 'U' },
  { id: 'face', label: 'Face and lips', icon: Smile, keys: 'P' },
] as const satisfies readonly { id: PoseTool; label: string; icon: typeof Bone; keys: string }[]

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
  usePoseKeys(session, actions, onClose, stage.fit)
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

'use client'
import { Diamond, Mic } from 'lucide-react'
import { useCallback } from 'react'
import { Button } from '../../_ui/button'
import { Kbd } from '../../_ui/kbd'
import { Segment } from '../../_ui/segment'
import { useDockView } from '../dock/dock-view'
import { paintSpeech } from '../dock/paint-tracks'
import { TimeArea } from '../dock/time-area'
import { TrackCanvas, type TrackPaint } from '../dock/track-canvas'
import { TransportBar } from '../dock/transport-bar'
import { keyFramesOf } from './key-edits'
import { partAmplitude } from './layer-list'
import { LayerRangeRow } from './layer-range-row'
import { PartRow } from './part-row'
import { POSE_PARTS } from './parts'
import { keySelected } from './pose-actions'
import { usePoseSession } from './session'
import { Row } from './timeline-row'

/** Rows that are there before anything is edited. */
const USUAL_ROWS = new Set<string>(['head', 'rightArm', 'rightHand', 'leftArm', 'leftHand'])

/** Transport, and a row for every part: its keys in the selected layer over the way it goes. */
export function PoseTimeline() {
  const session = usePoseSession()
  const { view, subject, layers } = session
  const open = useDockView((dock) => dock.open)
  const layer = layers.value.find(({ id }) => id === view.layer)
  const onsets = subject.onsets ?? []
  return (
    <section
      aria-label="Timeline"
      className="flex flex-col border-line-1 border-t bg-panel"
      style={{ height: open ? 'min(284px, 34dvh)' : 36 }}
    >
      <TransportBar>
        <Button
          kind="default"
          icon={Diamond}
          size="small"
          className="mr-2"
          disabled={view.parts.length === 0}
          onClick={() => keySelected(session)}
        >
          Keyframe <Kbd keys="K" />
        </Button>
        <Segment
          label="What the rows show"
          value={view.rows}
          className="mr-2 h-6!"
          options={[
            { value: 'keys', label: 'Keys' },
            { value: 'curves', label: 'Curves' },
          ]}
          onChange={(rows) => session.show({ rows })}
        />
      </TransportBar>
      {open && (
        <TimeArea onsets={onsets}>
          {layer && <LayerRangeRow />}
          {subject.audio && <SpeechRow />}
          {POSE_PARTS.filter(
            ({ id }) =>
              USUAL_ROWS.has(id) ||
              view.rows === 'curves' ||
              view.parts.includes(id) ||
              keyFramesOf(layer, id).length > 0 ||
              partAmplitude(layers.value, id) !== 1,
          ).map((part) => (
            <PartRow key={part.id} part={part} />
          ))}
        </TimeArea>
      )}
    </section>
  )
}

function SpeechRow() {
  const { subject } = usePoseSession()
  const { audio, onsets } = subject
  const paint = useCallback(
    (target: TrackPaint) => audio && paintSpeech(target, audio, onsets ?? []),
    [audio, onsets],
  )
  return (
    <Row
      height={46}
      label={
        <>
          <Mic size={13} strokeWidth={1.75} className="text-text-3" aria-hidden />
          Speech
        </>
      }
    >
      <TrackCanvas paint={paint} height={45} label="Speech" />
    </Row>
  )
}

'use client'
import {
  ChevronDown,
  ChevronUp,
  Magnet,
  Maximize2,
  Pause,
  Play,
  Repeat,
  SkipBack,
  StepBack,
  StepForward,
  Volume2,
  VolumeX,
  ZoomIn,
  ZoomOut,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../_ui/icon-button'
import { Select } from '../../_ui/select'
import { SPEEDS, transport, useTransport } from '../state/transport'
import { useDockView, zoomed } from './dock-view'
import { FrameText, Timecode } from './timecode'

/** Play, step, loop, where it stands, how fast; to the right what the timeline shows. `children` stand before that. */
export function TransportBar({ children }: { children?: ReactNode }) {
  const frames = useTransport((state) => state.frames)
  const fps = useTransport((state) => state.fps)
  const playing = useTransport((state) => state.playing)
  const loop = useTransport((state) => state.loop)
  const muted = useTransport((state) => state.muted)
  const open = useDockView((view) => view.open)
  const snap = useDockView((view) => view.snap)
  const span = useDockView((view) => view.span)
  const none = frames === 0
  const zoom = (factor: number) =>
    useDockView.setState({ span: zoomed(span, frames, transport.store.getState().frame + 0.5, factor) })
  return (
    <div className="flex h-9 shrink-0 items-center gap-0.5 px-2">
      <IconButton icon={SkipBack} label="To the start" disabled={none} onClick={() => transport.seek(0)} />
      <IconButton
        icon={StepBack}
        label="Back one frame"
        keys=","
        disabled={none}
        onClick={() => transport.step(-1)}
      />
      <IconButton
        icon={playing ? Pause : Play}
        label={playing ? 'Pause' : 'Play'}
        keys="Space"
        on={playing}
        disabled={none}
        onClick={transport.toggle}
      />
      <IconButton
        icon={StepForward}
        label="Forward one frame"
        keys="."
        disabled={none}
        onClick={() => transport.step(1)}
      />
      <IconButton
        icon={Repeat}
        label="Loop"
        keys="Shift Space"
        on={loop}
        accent
        disabled={none}
        onClick={transport.toggleLoop}
      />
      <Timecode />
      {!none && (
        <span className="ml-2 hidden rounded-full bg-active px-2 py-px text-11 text-text-2 sm:inline">
          <FrameText text={frameText} className="inline-block min-w-7" /> · {Number(fps.toFixed(3))} fps
        </span>
      )}
      <span className="flex-1" />
      {children}
      <SpeedSelect disabled={none} />
      <IconButton
        icon={muted ? VolumeX : Volume2}
        label={muted ? 'Sound on' : 'Mute'}
        on={muted}
        disabled={none}
        onClick={() => transport.setMuted(!muted)}
      />
      {open && (
        <>
          <span className="mx-1 h-4 w-px bg-line-2" />
          <IconButton
            icon={Magnet}
            label="Snap to onsets"
            on={snap}
            disabled={none}
            onClick={() => useDockView.setState({ snap: !snap })}
          />
          <IconButton
            icon={ZoomOut}
            label="Zoom out"
            disabled={none || span === null}
            onClick={() => zoom(1 / 1.6)}
          />
          <IconButton
            icon={ZoomIn}
            label="Zoom in"
            keys="Ctrl wheel"
            disabled={none}
            onClick={() => zoom(1.6)}
          />
          <IconButton
            icon={Maximize2}
            label="Whole clip"
            disabled={none || span === null}
            onClick={() => useDockView.setState({ span: null })}
          />
        </>
      )}
      <IconButton
        icon={open ? ChevronDown : ChevronUp}
        label={open ? 'Fold the timeline' : 'Open the timeline'}
        onClick={() => useDockView.setState({ open: !open })}
      />
    </div>
  )
}

const frameText = (frame: number) => `f ${frame}`

function SpeedSelect({ disabled }: { disabled: boolean }) {
  const speed = useTransport((state) => state.speed)
  return (
    <span className="w-18 shrink-0">
      <Select
        label="Speed"
        value={String(speed)}
        disabled={disabled}
        onChange={(value) => transport.setSpeed(Number(value))}
        options={SPEEDS.map((value) => ({ value: String(value), label: `${value} ×` }))}
        size="small"
      />
    </span>
  )
}

'use client'
import { NumberField } from '../../_ui/number-field'
import { ProgressRing } from '../../_ui/progress-ring'
import { Toggle } from '../../_ui/toggle'
import { Hud } from '../full-screen/hud'
import type { PoseSession } from './session'
import { ONION } from './stage-paint'
import type { WarpState } from './warp-preview'

export function OnionHud({ session }: { session: PoseSession }) {
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
export function Messages({ session, warpState }: { session: PoseSession; warpState: WarpState | undefined }) {
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
      {subject.portraitProblem && (
        <span className={`${chip} text-[#ff9c94]!`} role="alert">
          The portrait cannot be read. {subject.portraitProblem}
        </span>
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

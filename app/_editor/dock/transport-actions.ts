import { transport } from '../state/transport'

export interface TransportAction {
  id: string
  label: string
  /** Default shortcuts, as `keymap.ts` writes them. */
  keys: readonly string[]
  run(): void
}

const jump = (seconds: number) => {
  const { frame, fps } = transport.store.getState()
  transport.seek(frame + seconds * fps)
}

/** What the transport does on a key. */
export const TRANSPORT_ACTIONS: readonly TransportAction[] = [
  { id: 'play', label: 'Play or pause', keys: [' '], run: transport.toggle },
  { id: 'loop', label: 'Loop', keys: ['Shift+ '], run: transport.toggleLoop },
  { id: 'second-back', label: 'Back one second', keys: ['J'], run: () => jump(-1) },
  { id: 'second-on', label: 'Forward one second', keys: ['L'], run: () => jump(1) },
  { id: 'frame-back', label: 'Back one frame', keys: [','], run: () => transport.step(-1) },
  { id: 'frame-on', label: 'Forward one frame', keys: ['.'], run: () => transport.step(1) },
  { id: 'onset-back', label: 'To the onset before', keys: ['Shift+,'], run: () => transport.stepToMark(-1) },
  { id: 'onset-on', label: 'To the next onset', keys: ['Shift+.'], run: () => transport.stepToMark(1) },
  { id: 'loop-in', label: 'Loop in here', keys: ['I'], run: transport.setIn },
  { id: 'loop-out', label: 'Loop out here', keys: ['O'], run: transport.setOut },
]

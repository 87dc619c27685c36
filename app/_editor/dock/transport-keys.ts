import { transport } from '../state/transport'

const jump = (seconds: number) => {
  const { frame, fps } = transport.store.getState()
  transport.seek(frame + seconds * fps)
}

/** What the transport does on a key, by `event.key` in lower case with Shift in front. */
export const TRANSPORT_KEYS: Record<string, { does: string; run(): void }> = {
  ' ': { does: 'Play or pause', run: transport.toggle },
  'shift+ ': { does: 'Loop', run: transport.toggleLoop },
  j: { does: 'Back one second', run: () => jump(-1) },
  l: { does: 'Forward one second', run: () => jump(1) },
  ',': { does: 'Back one frame', run: () => transport.step(-1) },
  '.': { does: 'Forward one frame', run: () => transport.step(1) },
  'shift+,': { does: 'To the onset before', run: () => transport.stepToMark(-1) },
  'shift+.': { does: 'To the next onset', run: () => transport.stepToMark(1) },
  i: { does: 'Loop in here', run: transport.setIn },
  o: { does: 'Loop out here', run: transport.setOut },
}

/** Shift changes the key itself on most keyboards: `<` is Shift and the comma. */
const UNSHIFTED: Record<string, string> = { '<': ',', '>': '.', ';': ',', ':': '.' }

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role="menu"], [role="dialog"], [role="listbox"]') !== null)

/** A button under the focus keeps its space bar. */
const isPressing = (event: KeyboardEvent) =>
  event.key === ' ' &&
  event.target instanceof HTMLElement &&
  event.target.closest('button, a, [role="button"], [role="slider"]') !== null

/** @returns whether the key was one of ours */
export function onTransportKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false
  if (isTyping(event.target) || isPressing(event)) return false
  const key = event.shiftKey ? (UNSHIFTED[event.key] ?? event.key) : event.key
  const action = TRANSPORT_KEYS[`${event.shiftKey ? 'shift+' : ''}${key.toLowerCase()}`]
  if (!action) return false
  event.preventDefault()
  action.run()
  return true
}

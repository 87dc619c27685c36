const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long ago, in words: “just now”, “40 min ago”, “yesterday”, “3 days ago”, then the date. */
export function sayAgo(at: number, now: number): string {
  const past = now - at
  if (past < MINUTE) return 'just now'
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`
  const days = calendarDays(at, now)
  if (days === 0 || past < 6 * HOUR) return `${Math.floor(past / HOUR)} h ago`
  if (days === 1) return 'yesterday'
  if (past < 30 * DAY) return `${days} days ago`
  return sayDate(at)
}

/** Midnights of this place between two moments. */
function calendarDays(at: number, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0)
  return Math.round((midnight(now) - midnight(at)) / DAY)
}

/** “22 Nov 2026”. */
export const sayDate = (at: number): string =>
  new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

/** The length of a clip: “0:03”, “12:05”, “1:02:03”. */
export function sayLength(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** How long work took or will take: “0.8 s”, “12 s”, “3 min 20 s”, “2 h 5 min”. */
export function saySeconds(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`
  return s > 0 ? `${m} min ${s} s` : `${m} min`
}

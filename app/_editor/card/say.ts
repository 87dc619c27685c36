import type { Facts } from '../../../nodes/core/sockets'
import { saySeconds } from '../../_lib/say-time'

export const sayEstimate = (seconds: number): string => `~${seconds < 0.1 ? '0.1 s' : saySeconds(seconds)}`

/** What is known of a value in a few characters: `80 f`, `512 × 512`, `4 × 80 f`, `3.2 s · 16 kHz`. */
export function sayFacts(facts: Facts | undefined): string {
  if (!facts) return ''
  const { frames, width, height, durationSeconds, sampleRate, regions } = facts
  if (frames !== undefined) return regions ? `${regions.length} × ${frames} f` : `${frames} f`
  if (durationSeconds !== undefined) {
    const rate = sampleRate === undefined ? '' : ` · ${Number((sampleRate / 1000).toFixed(1))} kHz`
    return `${saySeconds(durationSeconds)}${rate}`
  }
  return width !== undefined && height !== undefined ? `${width} × ${height}` : ''
}

/** All of it, for the inspector: `80 f · 25 fps · 512 × 512`. */
export function sayAllFacts(facts: Facts | undefined): string {
  if (!facts) return ''
  const { frames, fps, width, height, durationSeconds, sampleRate, regions, kind } = facts
  return [
    kind,
    regions && `${regions.length} ${regions.length === 1 ? 'region' : 'regions'}`,
    frames !== undefined && `${frames} f`,
    fps !== undefined && `${Number(fps.toFixed(3))} fps`,
    durationSeconds !== undefined && saySeconds(durationSeconds),
    sampleRate !== undefined && `${Number((sampleRate / 1000).toFixed(1))} kHz`,
    width !== undefined && height !== undefined && `${width} × ${height}`,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** `first time` → `First time` */
export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `handsFree` → `Hands free` */
export const words = (key: string): string =>
  capitalised(key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))

/** `param handsSize changed` → `hands size changed` */
export function sayWhy(why: string): string {
  const param = /^param (.+) changed$/.exec(why)
  if (param)
    return `${param[1]
      .split(', ')
      .map((key) => words(key).toLowerCase())
      .join(', ')} changed`
  const input = /^input (.+) changed$/.exec(why)
  if (input) return `${input[1].replace(/ \(from (.+?)(?: \([^)]*\))?\)/g, ' from $1')} changed`
  return why || 'first time'
}

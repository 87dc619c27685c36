/** The figures of the design language, recomputed from the tokens: WCAG 2 contrast over every surface text lies on. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../support/cli'

type Rgba = [red: number, green: number, blue: number, alpha: number]

const css = readFileSync(path.join(root, 'app/tokens.css'), 'utf8')

function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
  )
}

const dark = tokens(':root')
const light = { ...dark, ...tokens('[data-theme="light"]') }

function parse(value: string): Rgba {
  const hex = /^#(..)(..)(..)$/.exec(value)
  if (hex) return [...hex.slice(1).map((part) => Number.parseInt(part, 16)), 1] as Rgba
  const rgb = /^rgb\((\d+) (\d+) (\d+) \/ ([\d.]+)\)$/.exec(value)
  if (rgb) return rgb.slice(1).map(Number) as Rgba
  throw new Error(`not a colour: ${value}`)
}

const over = ([r, g, b, a]: Rgba, [R, G, B]: Rgba): Rgba => [
  r * a + R * (1 - a),
  g * a + G * (1 - a),
  b * a + B * (1 - a),
  1,
]

function luminance([r, g, b]: Rgba): number {
  const linear = (c: number) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

function contrast(a: Rgba, b: Rgba): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

const SURFACES = ['app', 'canvas', 'panel', 'card', 'raised', 'field', 'hover', 'active'].map(
  (name) => `bg-${name}`,
)

/** The lowest contrast over all surfaces, and over `accent-soft` on the two that carry selections. */
function lowest(theme: Record<string, string>, ink: string): number {
  const grounds = SURFACES.map((name) => parse(theme[name]))
  const soft = ['bg-panel', 'bg-card'].map((name) => over(parse(theme['accent-soft']), parse(theme[name])))
  return Math.min(...[...grounds, ...soft].map((ground) => contrast(parse(theme[ink]), ground)))
}

/** What the design language states, rounded to a tenth. */
const STATED = {
  dark: { 'text-1': 10.8, 'text-2': 6.9, 'text-3': 4.6, accent: 5.2, ok: 6.3, warn: 6.8, err: 4.8 },
  light: { 'text-1': 12.9, 'text-2': 7.1, 'text-3': 4.6, accent: 4.6, ok: 4.8, warn: 5.2, err: 4.8 },
}

const onOwnSoft = (theme: Record<string, string>, ink: string) =>
  Math.min(
    ...['bg-panel', 'bg-card'].map((name) =>
      contrast(parse(theme[ink]), over(parse(theme[`${ink}-soft`]), parse(theme[name]))),
    ),
  )

describe.each([
  ['dark', dark],
  ['light', light],
] as const)('the %s theme', (name, theme) => {
  it('has the contrast of text that the design states, over every surface', () => {
    for (const [ink, stated] of Object.entries(STATED[name])) {
      expect(Math.abs(lowest(theme, ink) - stated), ink).toBeLessThan(0.06)
      expect(lowest(theme, ink), ink).toBeGreaterThan(4.5)
    }
  })

  it('keeps coloured words readable on their own soft fill', () => {
    for (const ink of ['accent', 'ok', 'warn', 'err']) expect(onOwnSoft(theme, ink), ink).toBeGreaterThan(4.5)
  })

  it('keeps the primary button readable, hovered and pressed too', () => {
    for (const fill of ['accent', 'accent-hover', 'accent-press'])
      expect(contrast(parse(theme['accent-ink']), parse(theme[fill])), fill).toBeGreaterThan(4.5)
  })

  it('keeps switches, ticks and socket shapes at 3 against what they lie on', () => {
    for (const ground of ['bg-panel', 'bg-card', 'bg-raised', 'bg-field'])
      expect(contrast(parse(theme['line-3']), parse(theme[ground])), ground).toBeGreaterThan(3)
    for (const [name, value] of Object.entries(theme).filter(([key]) => key.startsWith('sock-')))
      for (const ground of ['bg-card', 'bg-canvas'])
        expect(contrast(parse(value), parse(theme[ground])), `${name} on ${ground}`).toBeGreaterThan(3)
  })

  it('has only neutral surfaces, so that skin is judged against grey', () => {
    for (const name of SURFACES) {
      const [r, g, b] = parse(theme[name])
      expect([g, b], name).toEqual([r, r])
    }
  })
})

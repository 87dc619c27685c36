import { expect, it } from 'vitest'
import { compareFigures, onlyDiffering } from '../../app/_editor/figures/compare-figures'
import { comparisonTable } from '../../app/_editor/figures/figures-files'
import {
  firstChoice,
  nowId,
  resultsNow,
  resultsOfRuns,
  runResultId,
} from '../../app/_editor/figures/list-results'
import { sayDifference } from '../../app/_editor/figures/say-figure'
import type { Definitions } from '../../app/_editor/state/definitions'
import type { RunSummary } from '../../nodes/core/run-snapshot'

type Figures = Record<string, [value: number | string | null, better?: string]>

const table = (figures: Figures) => ({
  columns: [],
  rows: Object.entries(figures).map(([name, [value, better = '']]) => {
    const [region, metric] = name.split(' ')
    return { metric, region, value, unit: '', note: '', better }
  }),
})
const columns = (...all: Figures[]) =>
  all.map((figures, i) => ({ id: `c${i}`, label: `C${i}`, table: table(figures) }))
const best = (...all: Figures[]) =>
  compareFigures(columns(...all))[0].rows[0].cells.map(({ isBest }) => isBest)

it('the highest, the lowest or the nearest to 0 is best, and nothing is where none is better', () => {
  expect(best({ 'a x': [1, 'higher'] }, { 'a x': [3, 'higher'] }, { 'a x': [2, 'higher'] })).toEqual([
    false,
    true,
    false,
  ])
  expect(best({ 'a x': [1, 'lower'] }, { 'a x': [3, 'lower'] })).toEqual([true, false])
  expect(best({ 'a x': [-1, 'near 0'] }, { 'a x': [-3, 'near 0'] })).toEqual([true, false])
  expect(best({ 'a x': [1, 'near 0'] }, { 'a x': [-1, 'near 0'] })).toEqual([false, false])
  expect(best({ 'a x': [1] }, { 'a x': [3] })).toEqual([false, false])
})

it('nothing is best when all are equal, or when there is nothing to compare with', () => {
  expect(best({ 'a x': [2, 'higher'] }, { 'a x': [2, 'higher'] })).toEqual([false, false])
  expect(best({ 'a x': [2, 'higher'] }, { 'a x': [null, 'higher'] })).toEqual([false, false])
})

it('figures of the same metric and region stand beside each other; what one lacks stays empty', () => {
  const sections = compareFigures(
    columns({ 'lips r': [1], 'body r': [2] }, { 'body r': [5], 'body z': [6] }),
    'c0',
  )
  expect(sections.map(({ title }) => title)).toEqual(['Lips', 'Body'])
  expect(sections[1].rows.map(({ cells }) => cells.map(({ value }) => value))).toEqual([
    [2, 5],
    [undefined, 6],
  ])
  expect(sections[1].rows[0].cells.map(({ difference }) => difference)).toEqual([undefined, 3])
})

it('only rows that differ can be shown', () => {
  const sections = compareFigures(columns({ 'a x': [1], 'a y': [1] }, { 'a x': [1], 'a y': [2] }))
  expect(onlyDiffering(sections).flatMap(({ rows }) => rows.map(({ metric }) => metric))).toEqual(['y'])
})

it('the saved table has values, differences, the best and the settings that differ', () => {
  const sections = compareFigures(columns({ 'a x': [1, 'higher'] }, { 'a x': [4, 'higher'] }), 'c0')
  const settings = [{ id: 's', title: 'Gestures: seed', values: ['1', '2'] }]
  const saved = comparisonTable({ labels: ['C0', 'C1'], reference: 0, settings, sections })
  expect(saved.columns).toEqual(['metric', 'region', 'unit', 'better', 'C0', 'C1', 'C1 − C0', 'best'])
  expect(saved.rows[0]).toMatchObject({ metric: 'Gestures: seed', C0: '1', C1: '2' })
  expect(saved.rows[1]).toMatchObject({ C0: 1, C1: 4, 'C1 − C0': 3, best: 'C1' })
})

const run = (number: number) =>
  ({ id: `r${number}`, number, figures: [{ node: 'm', title: 'Measure' }] }) as RunSummary
const definitions = new Map([
  ['video/metrics', { title: 'Measure', outputs: { table: { type: 'table' } } }],
]) as unknown as Definitions
const now = (stale: boolean) => {
  const view = { values: { table: { type: 'table', inline: table({ 'a x': [1] }) } }, costs: [], stale }
  const placed = { type: 'video/metrics', title: null }
  return resultsNow({ m: placed } as never, definitions, { m: view } as never)
}

it('figures of a node that was edited since are no column; the run that made them is', () => {
  const runs = resultsOfRuns([run(2), run(1)])
  expect(firstChoice(now(false), runs, 'm')).toEqual([nowId('m'), runResultId('r1', 'm')])
  expect(now(true)[0].table).toBeUndefined()
  expect(firstChoice(now(true), runs, 'm')).toEqual([runResultId('r2', 'm'), runResultId('r1', 'm')])
})

it('differences have their sign, and no more places than what they lie between', () => {
  const said = (from: number, to: number) => sayDifference(to - from, to)
  expect([said(1.5, 3), said(5, 2), said(2, 2)]).toEqual(['+1.50', '−3', '='])
  expect([said(0.35357, 0.353), said(0.0341, 0.0344), said(3e-4, 5e-4)]).toEqual([
    '−0.001',
    '+0.0003',
    '+2.0e-4',
  ])
  expect(said(2.19, 2.1901)).toBe('≈')
})

it('results of the same title are told apart by their node', () => {
  const placed = { type: 'video/metrics', title: null }
  const here = resultsNow({ m: placed, n: placed } as never, definitions, {})
  expect(here.map(({ title }) => title)).toEqual(['Measure (m)', 'Measure (n)'])
  const both = { ...run(1), figures: ['m', 'n'].map((node) => ({ node, title: 'Measure' })) }
  expect(resultsOfRuns([both]).map(({ title }) => title)).toEqual(['Measure (m)', 'Measure (n)'])
  expect(resultsOfRuns([run(1)])[0].title).toBe('Measure')
})

it('a node that has measured nothing yet is not out of date', () => {
  const placed = { type: 'video/metrics', title: null }
  const failed = { values: {}, costs: [], stale: true }
  expect(resultsNow({ m: placed } as never, definitions, { m: failed } as never)[0].stale).toBe(false)
  expect(now(true)[0].stale).toBe(true)
})

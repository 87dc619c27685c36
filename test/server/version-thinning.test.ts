import fc from 'fast-check'
import { expect, it } from 'vitest'
import { superfluousVersions } from '../../server/workflows/version-thinning'
import { testStudio } from '../support/services'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.UTC(2026, 5, 15, 12, 30)

/** One version every ten minutes for `days`, the newest one now. */
const busy = (days: number, kind = 'run') =>
  Array.from({ length: days * 144 }, (_, i) => ({ id: `v${i}`, kind, createdAt: NOW - i * 600_000 }))

const kept = (versions: ReturnType<typeof busy>) => {
  const gone = new Set(superfluousVersions(versions, NOW))
  return versions.filter(({ id }) => !gone.has(id))
}

it('keeps all of a day, one an hour for a week, one a day for three months, then one a week', () => {
  const left = kept(busy(120))
  const between = (from: number, to: number) =>
    left.filter(({ createdAt }) => NOW - createdAt > from && NOW - createdAt <= to).length
  expect(between(-1, DAY)).toBe(145)
  expect(between(DAY, 7 * DAY)).toBeCloseTo(6 * 24, -1)
  expect(between(7 * DAY, 90 * DAY)).toBeCloseTo(83, -1)
  expect(between(90 * DAY, 120 * DAY)).toBeLessThanOrEqual(6)
})

it('keeps every version that has a name, however old', () => {
  expect(kept(busy(30, 'named'))).toHaveLength(30 * 144)
})

it('never takes the newest, and asked again takes nothing more', () => {
  const version = fc.record({
    id: fc.uuid(),
    kind: fc.constantFrom('run', 'named', 'restore'),
    createdAt: fc.integer({ min: NOW - 400 * DAY, max: NOW }),
  })
  fc.assert(
    fc.property(fc.uniqueArray(version, { selector: ({ id }) => id, maxLength: 200 }), (versions) => {
      const left = kept(versions)
      expect(kept(left)).toEqual(left)
      const newest = Math.max(...versions.map(({ createdAt }) => createdAt))
      if (versions.length > 0) expect(left.some(({ createdAt }) => createdAt === newest)).toBe(true)
    }),
  )
})

it('a new version makes the old ones fewer', async () => {
  const { api, services, database } = await testStudio()
  const { workflow } = await api.workflow.create({ name: 'Long' })
  await database.transaction(async (tx) => {
    for (let i = 0; i < 12; i++) {
      await tx.version.create({
        data: {
          id: `old-${i}`,
          workflowId: workflow,
          number: i + 1,
          kind: i === 3 ? 'named' : 'run',
          name: i === 3 ? 'Mine' : null,
          digest: `${i}`,
          document: '{}',
          createdAt: new Date(Math.floor((Date.now() - 3 * DAY) / HOUR) * HOUR + i * 60_000),
        },
      })
    }
  })
  await services.versions.snapshot(workflow, 'run')
  const { versions } = await api.version.list({ workflow })
  expect(versions.map(({ number }) => number)).toEqual([13, 12, 4])
})

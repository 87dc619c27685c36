/**
 * `npm run test:golden [-- --dir DIR]`: runs every case folder below DIR (default ../shared/golden beside the
 * repository) and prints how far our numbers are from the original's. Ends with 0 when all agree, 1 when a case fails,
 * 2 when the command line makes no sense.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Tolerance } from './comparison'
import { findCases } from './golden-folder'
import { type CaseResult, runCase } from './run-case'

const DEFAULT = path.resolve(import.meta.dirname, '../../../../shared/golden')

function fail(text: string): never {
  process.stderr.write(`${text}\nUsage: npm run test:golden [-- --dir DIR]\n`)
  process.exit(2)
}

function folderAsked(): string {
  try {
    const { values } = parseArgs({ options: { dir: { type: 'string' } } })
    // npm changes to the repository before it runs a script.
    return values.dir === undefined ? DEFAULT : path.resolve(process.env.INIT_CWD ?? '.', values.dir)
  } catch (error) {
    return fail((error as Error).message)
  }
}

const digits = (value: number) => (value === 0 ? '0' : value.toExponential(1))

function sayTolerance({ abs, rel, outliers }: Tolerance): string {
  if (abs === 0 && rel === 0) return 'exact'
  const parts = [abs > 0 ? digits(abs) : '', rel > 0 ? `${digits(rel)}·|x|` : ''].filter(Boolean)
  return parts.join(' + ') + (outliers ? `, ${outliers.share * 100} %: ${digits(outliers.abs)}` : '')
}

const WIDTHS = { tensor: 36, error: 9, tolerance: 34, result: 6 }

function row(name: string, width: number, cells: [string, string, string, string, string]): string {
  const [tensor, error, tolerance, result, seconds] = cells
  return [
    name.padEnd(width),
    tensor.padEnd(WIDTHS.tensor),
    error.padStart(WIDTHS.error),
    tolerance.padEnd(WIDTHS.tolerance),
    result.padEnd(WIDTHS.result),
    seconds.padStart(6),
  ].join('  ')
}

function describe({ outcome, worst }: CaseResult, seconds: number): [string, string, string, string, string] {
  return [
    worst?.tensor ?? '',
    worst ? digits(worst.maxAbsError) : '',
    worst ? sayTolerance(worst.tolerance) : '',
    outcome,
    seconds.toFixed(1),
  ]
}

async function main(): Promise<number> {
  const root = folderAsked()
  if (!existsSync(root)) fail(`There is no folder ${root}.`)
  const cases = findCases(root)
  if (cases.length === 0) fail(`No folder below ${root} has a case.json.`)
  const names = cases.map((folder) => path.relative(root, folder) || path.basename(folder))
  const width = names.reduce((longest, { length }) => Math.max(longest, length), 0)
  const say = (line: string) => process.stdout.write(`${line.trimEnd()}\n`)
  say(row('case', width, ['worst tensor', 'max error', 'tolerance', 'result', 's']))
  const outcomes = { pass: 0, fail: 0, skip: 0 }
  for (const [i, folder] of cases.entries()) {
    const start = performance.now()
    const result = await runCase(folder)
    outcomes[result.outcome]++
    if (result.outcome === 'skip') {
      say(`${names[i].padEnd(width)}  left out: ${result.note}`)
      continue
    }
    say(row(names[i], width, describe(result, (performance.now() - start) / 1000)))
    if (result.note) say(`  ${result.note}`)
  }
  say(`\n${outcomes.pass} pass, ${outcomes.fail} fail, ${outcomes.skip} left out (${root})`)
  return outcomes.fail > 0 ? 1 : 0
}

process.exitCode = await main()

import { NOT_COMPARED, RUNNERS } from '../cases/registry'
import { type Comparison, judge, type Verdict } from './comparison'
import { GoldenError, GoldenFolder } from './golden-folder'

/** Computes what a case is about with our code, from the folder's settings and inputs alone. */
export type GoldenRunner = (folder: GoldenFolder) => Promise<Comparison[]>

export interface CaseResult {
  outcome: 'pass' | 'fail' | 'skip'
  /** The tensor with the largest error in units of what is allowed. */
  worst?: Verdict
  /** One sentence: why the case failed or is left out. */
  note?: string
}

/** The value under the longest key that `kind` begins with. */
function longestPrefix<T>(table: Record<string, T>, kind: string): T | undefined {
  const keys = Object.keys(table).filter((key) => kind.startsWith(key))
  return keys.length === 0 ? undefined : table[keys.reduce((a, b) => (b.length > a.length ? b : a))]
}

/** Why a case of this kind is not run; undefined when it is. */
export const whyLeftOut = (kind: string): string | undefined =>
  longestPrefix(RUNNERS, kind) ? undefined : longestPrefix(NOT_COMPARED, kind)

/** Runs one case; whatever goes wrong becomes a failure with one sentence. */
export async function runCase(path: string): Promise<CaseResult> {
  try {
    const folder = new GoldenFolder(path)
    const leftOut = whyLeftOut(folder.kind)
    if (leftOut) return { outcome: 'skip', note: leftOut }
    const runner = longestPrefix(RUNNERS, folder.kind)
    if (!runner) return { outcome: 'fail', note: `No runner knows the case "${folder.kind}".` }
    return sumUp((await runner(folder)).map(judge), folder.unused())
  } catch (error) {
    if (error instanceof GoldenError) return { outcome: 'fail', note: error.message }
    return { outcome: 'fail', note: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

function sumUp(verdicts: Verdict[], unused: string[]): CaseResult {
  if (verdicts.length === 0) return { outcome: 'fail', note: 'The runner compared nothing.' }
  const worst = verdicts.reduce((a, b) => (b.strain > a.strain ? b : a))
  if (worst.problem) return { outcome: 'fail', worst, note: `${worst.tensor} ${worst.problem}.` }
  const failed = verdicts.filter(({ strain }) => strain > 1).map(({ tensor }) => tensor)
  if (failed.length > 0) return { outcome: 'fail', worst, note: `Out of tolerance: ${failed.join(', ')}.` }
  if (unused.length > 0)
    return { outcome: 'fail', worst, note: `Never compared with the original: ${unused.join(', ')}.` }
  return { outcome: 'pass', worst }
}

import type { ErrorJson } from '../../../nodes/core/errors'

/** A node whose file was never chosen; the engine says so in the words of its schema. */
export const lacksFile = ({ code, message }: Pick<ErrorJson, 'code' | 'message'>): boolean =>
  code === 'params/invalid' && /^Param asset .* is (missing|""):/.test(message)

/** A problem in the words of the editor, where they differ from those of the command line. */
export function sayProblem(problem: ErrorJson): { message: string; hint?: string } {
  if (lacksFile(problem))
    return { message: 'No file chosen yet.', hint: 'Drop one on the canvas, or choose one below.' }
  if (problem.code === 'params/invalid') return { message: problem.message }
  return problem
}

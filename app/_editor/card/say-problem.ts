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

/** The engine names a node by its type and id; the editor says its title, and a socket's label in the place of its key. */
export function withTitles(
  text: string,
  nodes: Readonly<Record<string, { type: string; title: string | null }>>,
  definitionOf: (type: string) => { title: string; inputs: Record<string, { label: string }> } | undefined,
): string {
  for (const [id, { type, title }] of Object.entries(nodes)) {
    const label = `${title ?? type} (${id})`
    if (!text.includes(label)) continue
    const definition = definitionOf(type)
    text = text
      .replace(/^Input "([^"]+)"/, (_, key) => `Input “${definition?.inputs[key]?.label ?? key}”`)
      .replaceAll(label, title ?? definition?.title ?? type)
  }
  return text
}

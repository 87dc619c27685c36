import type { Definitions } from '../state/definitions'

/** The node that brings a file of this kind onto the canvas: the one whose asset param takes it. */
export function inputTypeFor(definitions: Definitions, kind: string): string | undefined {
  return definitions
    .all()
    .find(({ category, widgets }) => category === 'input' && widgets.asset?.accepts === kind)?.id
}

/**
 * Parts of the set-up that do not depend on each other. Code that has several of them to do yields the list and is
 * given the results: whoever drives it decides whether they are computed one after the other or on several threads.
 */
import { splitArm } from './arm-split'
import { patchFill } from './patch-fill'

const PIECES = { patchFill, splitArm }

type Pieces = typeof PIECES
type PieceName = keyof Pieces
export type Arguments<N extends PieceName> = Parameters<Pieces[N]>

/** One call, as plain data that can travel to another thread. */
export type Piece = { [N in PieceName]: { piece: N; args: Arguments<N> } }[PieceName]

/** A computation that asks for pieces and is given their results, in order. */
export type Work<T> = Generator<Piece[], T, unknown[]>

export const computePiece = ({ piece, args }: Piece): unknown =>
  // A pair of `Piece` belongs together by its type; the table forgets that.
  (PIECES[piece] as (...args: unknown[]) => unknown)(...args)

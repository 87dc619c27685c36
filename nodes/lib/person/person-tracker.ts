import { StudioError } from '../../core/errors'

/** Corners in pixels, and how sure it is that it is a person. */
export interface PersonBox {
  x1: number
  y1: number
  x2: number
  y2: number
  score: number
}

/** Which of several people: the surest, the one whose box is largest, or the n-th from the left. */
export type PersonRule = { person: 'best' | 'largest' } | { person: 'position'; position: number }

/** `found` in this frame; not, so where they were last is looked at (`kept`); or nobody so far (`nobody`). */
export type Sighting = { how: 'found' | 'kept'; box: PersonBox } | { how: 'nobody'; box?: undefined }

/**
 * Keeps to one person from frame to frame: chosen by a rule at first, then whoever is nearest to where they were, unless
 * they would have moved by more than their own size. Somebody who is gone for long is given up for a new choice.
 */
export class PersonTracker {
  #last: PersonBox | undefined
  #missed = 0

  /** @param patience frames in which they may be missing, one after another */
  constructor(
    readonly rule: PersonRule,
    readonly patience: number,
  ) {}

  /** @param people in the next frame, the surest first */
  next(people: readonly PersonBox[]): Sighting {
    const found = this.#last ? nearest(people, this.#last) : undefined
    if (found) return this.#see(found)
    if (this.#last && (this.#missed < this.patience || !has(people, this.rule))) {
      this.#missed++
      return { how: 'kept', box: this.#last }
    }
    return people.length > 0 ? this.#see(choosePerson(people, this.rule)) : { how: 'nobody' }
  }

  #see(box: PersonBox): Sighting {
    this.#last = box
    this.#missed = 0
    return { how: 'found', box }
  }
}

const has = (people: readonly PersonBox[], rule: PersonRule) =>
  people.length >= (rule.person === 'position' ? rule.position : 1)

/** @throws StudioError `pose/no-such-person` when there are fewer from the left than are counted */
export function choosePerson(people: readonly PersonBox[], rule: PersonRule): PersonBox {
  if (!has(people, rule)) {
    const position = rule.person === 'position' ? rule.position : 1
    throw new StudioError(
      'pose/no-such-person',
      `Number ${position} from the left was asked for; ${people.length === 1 ? 'one person is' : `${people.length} people are`} there.`,
      { hint: 'Ask for a smaller number, or let less sure finds count as people.' },
    )
  }
  if (rule.person === 'position')
    return people.toSorted((a, b) => middle(a)[0] - middle(b)[0])[rule.position - 1]
  const worth = rule.person === 'best' ? (box: PersonBox) => box.score : area
  return people.reduce((best, box) => (worth(box) > worth(best) ? box : best))
}

function nearest(people: readonly PersonBox[], before: PersonBox): PersonBox | undefined {
  const limit = Math.max(before.x2 - before.x1, before.y2 - before.y1)
  const far = people.map((box) => ({ box, distance: distance(box, before) }))
  const best = far.reduce<(typeof far)[number] | undefined>(
    (found, each) => (found && found.distance <= each.distance ? found : each),
    undefined,
  )
  return best && best.distance <= limit ? best.box : undefined
}

const middle = ({ x1, y1, x2, y2 }: PersonBox) => [(x1 + x2) / 2, (y1 + y2) / 2] as const
const area = ({ x1, y1, x2, y2 }: PersonBox) => (x2 - x1) * (y2 - y1)

function distance(a: PersonBox, b: PersonBox): number {
  const [[ax, ay], [bx, by]] = [middle(a), middle(b)]
  return Math.hypot(ax - bx, ay - by)
}

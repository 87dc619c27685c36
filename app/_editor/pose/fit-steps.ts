import { Check, Hand, ScanFace, Spline, Triangle } from 'lucide-react'

/** The way from a portrait to its first pose. */
export const FIT_STEPS = [
  {
    id: 'head',
    label: 'Head',
    icon: ScanFace,
    says: 'Put the box over the face: its top on the brows, its bottom on the chin, its sides on the ends of the jaw. Then the lines on the eyes and the mouth.',
  },
  {
    id: 'shoulders',
    label: 'Shoulders',
    icon: Triangle,
    says: 'Drag both points to where the arms begin, inside the shoulders. The arms come along; Shift moves the point alone.',
  },
  {
    id: 'arms',
    label: 'Arms',
    icon: Spline,
    says: 'Drag elbows and wrists. An arm that is out of the picture may lie outside it.',
  },
  {
    id: 'hands',
    label: 'Hands',
    icon: Hand,
    says: 'Turn and size the hands by their handles. Switch off a hand that the picture does not show.',
  },
  {
    id: 'check',
    label: 'Check',
    icon: Check,
    says: 'The portrait moves a little. Where something tears, go back and move that point.',
  },
] as const

export type FitStep = (typeof FIT_STEPS)[number]['id']

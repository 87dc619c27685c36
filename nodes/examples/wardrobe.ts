import { type Body, bandPart, type Cloth, collarParts, torsoPart } from './garment'
import { GROUP } from './groups'
import { armholes, either, frontOpening, neckOpening, wedgeOpening } from './openings'
import { smoothstep } from './sculpt/field'
import type { Part } from './sculpt/scene'

/** A sweater with a ribbed round neck. */
export function sweater(body: Body, cloth: Cloth): Part[] {
  const opening = neckOpening(body, 0.13 * body.breadth)
  return [
    torsoPart(body, cloth, opening, GROUP.trunk),
    bandPart(body, { ...cloth, folds: 0 }, opening, 0.11 * body.breadth, GROUP.collar, 1),
  ]
}

/** A knitted vest with a pointed neck over a shirt whose collar is open. */
export function vestOverShirt(body: Body, vest: Cloth, shirt: Cloth): Part[] {
  const u = body.breadth
  const open = either(neckOpening(body, 0.04 * u), wedgeOpening(body, 0.16 * u, 0.62 * u))
  const point = wedgeOpening(body, 0.5 * u, 1.2 * u)
  const lift = shirt.thickness
  return [
    torsoPart(body, shirt, open, GROUP.trunk),
    torsoPart(body, vest, either(point, armholes(body)), GROUP.vest, lift),
    bandPart(body, vest, point, 0.09 * u, GROUP.vest, lift + 1),
    ...collarParts(
      body,
      shirt,
      [
        [-0.02 * u, 0.4 * u],
        [-0.12 * u, 0.18 * u],
        [-0.32 * u, -0.1 * u],
        [-0.44 * u, -0.36 * u],
        [-0.55 * u, -0.28 * u],
        [-0.44 * u, 0.08 * u],
        [-0.28 * u, 0.46 * u],
      ],
      GROUP.collar,
    ),
  ]
}

/** An open cardigan over a top with a wide round neck. */
export function cardiganOverTop(body: Body, cardigan: Cloth, top: Cloth): Part[] {
  const u = body.breadth
  const [, cy] = body.neck
  const gap = frontOpening(body, (y) => {
    const v = (y - cy) / u
    return u * (0.38 + 0.05 * smoothstep(0.2, 1.4, v) + 0.08 * smoothstep(1.4, 3.4, v))
  })
  const front = either(gap, neckOpening(body, 0.07 * u))
  return [
    torsoPart(body, top, neckOpening(body, 0.2 * u), GROUP.vest),
    torsoPart(body, cardigan, front, GROUP.trunk, top.thickness + 2),
    bandPart(body, { ...cardigan, folds: 0 }, front, 0.13 * u, GROUP.collar, top.thickness + 3),
  ]
}

import { expect, it } from 'vitest'
import { cropCanvas, fitCanvas } from '../../../nodes/lib/pose/fit-canvas'
import { neutralPose, stillPose } from '../../support/poses'

const pose = stillPose(neutralPose(400, 200), 2, 400, 200)
pose.data.set([10, 20, 0.1], 3 * 9) // unsure
pose.data.set([10, 20, 0], 3 * 10) // missing

/** Where the point 10, 20 of the old canvas ends up; point 9 lies there. */
const place = ({ data }: typeof pose) => [data[27], data[28]]

it('contain shows all of the old canvas, cover fills the new one, stretch changes the shape', () => {
  expect(place(fitCanvas(pose, 200, 200, 'contain'))).toEqual([5, 60])
  expect(place(fitCanvas(pose, 200, 200, 'cover'))).toEqual([-90, 20])
  expect(place(fitCanvas(pose, 200, 200, 'stretch'))).toEqual([5, 20])
  const fitted = fitCanvas(pose, 800, 400, 'contain')
  expect([fitted.width, fitted.height, fitted.frames]).toEqual([800, 400, 2])
})

it('a crop shifts points, also out of the canvas', () => {
  const cropped = cropCanvas(pose, { x: 50, y: -10, width: 100, height: 120 })
  expect(place(cropped)).toEqual([-40, 30])
  expect([cropped.width, cropped.height]).toEqual([100, 120])
})

it('to the same size is a copy, and a point of score 0 is never touched', () => {
  expect(fitCanvas(pose, 400, 200, 'contain')).toEqual(pose)
  expect([...fitCanvas(pose, 800, 900, 'cover').data.subarray(30, 33)]).toEqual([10, 20, 0])
})

/** Diffusion by the length of the video, with tiny networks: what grows is not theirs. */
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { examples } from '../support/cli'
import { swayingPose } from '../support/poses'
import { writeTinyPack } from '../support/tiny-pack/tiny-pack'
import { measure, scratch } from './command'

const SIDE = 64

function motionFile(folder: string, seconds: number): string {
  const { width, height, fps, frames, data } = swayingPose(25 * seconds, { width: SIDE, height: SIDE })
  const points = Array.from({ length: frames }, (_, f) =>
    Array.from({ length: 134 }, (_, i) => [...data.subarray((f * 134 + i) * 3, (f * 134 + i + 1) * 3)]),
  )
  const file = path.join(folder, `motion-${seconds}s.json`)
  writeFileSync(file, JSON.stringify({ format: 'mmgt-pose/1', width, height, fps, frames: points }))
  return file
}

/** Time and peak memory of 10 s and 60 s; the second row of each length has its motion, masks and portrait from before. */
export async function benchDiffusion(): Promise<object[]> {
  const folder = scratch()
  const pack = path.join(folder, 'pack')
  writeTinyPack(pack)
  const rows: object[] = []
  for (const seconds of [10, 60]) {
    const command = (seed: number) => [
      ...['pose2vid', '--image_path', path.join(examples, 'portrait-mara.png'), '--pack', pack],
      ...['--pose_path', motionFile(folder, seconds), '-W', `${SIDE}`, '-H', `${SIDE}`, '--steps', '2'],
      ...[
        '--out_dir',
        path.join(folder, `${seconds}-${seed}`),
        '--data',
        path.join(folder, `data-${seconds}`),
      ],
      ...['--seed', `${seed}`, '--json'],
    ]
    for (const seed of [1, 2]) {
      const { events, code, ...figures } = await measure(command(seed))
      const jobs = events.filter(({ type }) => type === 'job.finished')
      rows.push({
        video: `${seconds} s, ${seed === 1 ? 'first' : 'another seed'}`,
        ...figures,
        latentsMb: (25 * seconds * 4 * (SIDE / 8) ** 2 * 4) / 2 ** 20,
        perNode: jobs.map(({ step, seconds }) => `${step} ${(seconds as number).toFixed(2)}`).join(', '),
        exit: code,
      })
    }
  }
  rmSync(folder, { recursive: true, force: true })
  return rows
}

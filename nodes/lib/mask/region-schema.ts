import { z } from 'zod'
import { StudioError } from '../../core/errors'

/** The name of a plane: `face`, `left sleeve`, `object-2`. `all` stands for every region where one is asked for. */
export const regionName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u,
    'A region name is 1 to 40 letters, digits, spaces, - and _, and starts with a letter or digit.',
  )
  .refine((name) => name !== 'all', 'A region cannot be called "all".')

/**
 * @returns `name`, known to be one of `regions`
 * @throws StudioError `mask/no-region`
 */
export function checkedRegion<R extends string>(regions: readonly R[], name: string): R {
  const found = regions.find((region) => region === name)
  if (found === undefined) {
    throw new StudioError('mask/no-region', `The mask has no region "${name}".`, {
      hint: `It has ${regions.length ? regions.join(', ') : 'no regions at all'}. Choose one of these.`,
    })
  }
  return found
}

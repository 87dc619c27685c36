import { type Searched, searchScore } from './search-score'

/** What is searched of a row in a list of commands. */
export interface RankedItem {
  label: string
  names?: readonly string[]
  about?: string
}

const searched = ({ label, names = [], about = '' }: RankedItem): Searched => ({
  title: label,
  names,
  text: about,
})

/**
 * What fits a search: in each group the best first, and the group with the best hit before the others. Among equals, and
 * with nothing typed, the order is the one that was given; groups without a hit are left out.
 */
export function rankedGroups<Item extends RankedItem, Group extends { items: readonly Item[] }>(
  groups: readonly Group[],
  search: string,
): (Group & { items: Item[] })[] {
  return groups
    .map((group) => {
      const hits = group.items
        .map((item) => ({ item, score: searchScore(searched(item), search) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score)
      return { group: { ...group, items: hits.map(({ item }) => item) }, best: hits[0]?.score ?? 0 }
    })
    .filter(({ best }) => best > 0)
    .sort((a, b) => b.best - a.best)
    .map(({ group }) => group)
}

/** Where a link leads. */
export const shareAddress = (token: string): string => `${location.origin}/share/${token}`

/** A target's name as it stands in logical ids and outputs: `wacht` is `Wacht`. */
export const logicalName = (target: string): string => target.charAt(0).toUpperCase() + target.slice(1)

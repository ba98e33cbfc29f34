/** The name of a target or function in logical ids and outputs: `wacht` becomes `Wacht`. */
export const logicalName = (target: string): string => target.charAt(0).toUpperCase() + target.slice(1)

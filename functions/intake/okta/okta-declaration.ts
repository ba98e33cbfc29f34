/** What is declared of an Okta organization: for each group by its id, what its membership means. */
export interface OktaDeclaration {
  readonly groups: Readonly<Record<string, GroupRoles>>
}

/** The catalogue roles of whoever is added to a group, or removed from it; a removal that names none is refused. */
export interface GroupRoles {
  readonly added: string
  readonly removed?: string | undefined
}

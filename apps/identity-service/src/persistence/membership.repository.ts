import type { EntityManager } from 'typeorm';
import type { Identity } from '../domain/identity';
import { cutPage, type Page, type PageRequest } from '../domain/paging';
import type { Memberships } from '../domain/store.port';
import { GroupMemberEntity } from './group-member.entity';
import { IdentityEntity } from './identity.entity';
import { toIdentity } from './identity.repository';

export class DatabaseMemberships implements Memberships {
  constructor(private readonly manager: EntityManager) {}

  async add(groupId: string, userId: string): Promise<void> {
    await this.manager.query('INSERT IGNORE INTO group_member (group_id, user_id) VALUES (?, ?)', [groupId, userId]);
  }

  async remove(groupId: string, userId: string): Promise<boolean> {
    return ((await this.manager.delete(GroupMemberEntity, { groupId, userId })).affected ?? 0) > 0;
  }

  groupsOf(userId: string, page: PageRequest): Promise<Page<Identity>> {
    return this.joined('m.group_id = i.id AND m.user_id = :id', userId, page);
  }

  membersOf(groupId: string, page: PageRequest): Promise<Page<Identity>> {
    return this.joined('m.user_id = i.id AND m.group_id = :id', groupId, page);
  }

  countGroupsOf(userId: string): Promise<number> {
    return this.manager.countBy(GroupMemberEntity, { userId });
  }

  private async joined(on: string, id: string, page: PageRequest): Promise<Page<Identity>> {
    const query = this.manager
      .createQueryBuilder(IdentityEntity, 'i')
      .innerJoin(GroupMemberEntity, 'm', on, { id })
      .orderBy('i.name')
      .limit(page.size + 1);
    if (page.after !== undefined) query.where('i.name > :after', { after: page.after });
    return cutPage((await query.getMany()).map(toIdentity), page.size);
  }
}

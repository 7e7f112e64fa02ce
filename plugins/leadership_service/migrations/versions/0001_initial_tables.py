"""Initial tables of the service to the leadership: register and agenda."""

import sqlalchemy as sa
from alembic import op

from portal.api import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ls_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('case_number', sa.String(length=40), nullable=False),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('leader', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('starts', UtcDateTime(), nullable=False),
    sa.Column('ends', UtcDateTime(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('priority', sa.String(length=20), nullable=False),
    sa.Column('urgency', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ls_event')),
    sa.UniqueConstraint('case_id', 'step', name=op.f('uq_ls_event_case_id_step'))
    )
    with op.batch_alter_table('ls_event', schema=None) as batch_op:
        batch_op.create_index('ix_ls_event_leader', ['leader', 'starts'], unique=False)

    op.create_table('ls_register',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('case_number', sa.String(length=40), nullable=False),
    sa.Column('office', sa.String(length=40), nullable=False),
    sa.Column('leader', sa.String(length=40), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('agenda', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('received', UtcDateTime(), nullable=False),
    sa.Column('sender', sa.String(length=300), nullable=False),
    sa.Column('letter_number', sa.String(length=100), nullable=False),
    sa.Column('letter_date', sa.Date(), nullable=True),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('security', sa.String(length=2), nullable=False),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ls_register')),
    sa.UniqueConstraint('case_id', name=op.f('uq_ls_register_case_id'))
    )
    with op.batch_alter_table('ls_register', schema=None) as batch_op:
        batch_op.create_index('ix_ls_register_list', ['office', 'year', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('ls_register', schema=None) as batch_op:
        batch_op.drop_index('ix_ls_register_list')

    op.drop_table('ls_register')
    with op.batch_alter_table('ls_event', schema=None) as batch_op:
        batch_op.drop_index('ix_ls_event_leader')

    op.drop_table('ls_event')

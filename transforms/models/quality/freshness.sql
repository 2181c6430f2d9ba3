with partners as (
    select * from {{ ref('stg_partner') }}
),

deliveries as (
    select * from {{ ref('stg_delivery') }}
),

accepted as (
    select
        partner_id,
        max(delivered_at) as last_delivery_at
    from deliveries
    -- what came after `as_of` was not known then
    where outcome = 'accepted' and {{ day_here('delivered_at') }} <= {{ as_of() }}
    group by partner_id
),

aged as (
    select
        partners.partner_id,
        partners.delivery_every_days,
        accepted.last_delivery_at,
        {{ days_between(day_here('accepted.last_delivery_at'), as_of()) }} as days_since
    from partners
    left join accepted on partners.partner_id = accepted.partner_id
),

final as (
    select
        partner_id,
        last_delivery_at,
        cast(days_since as integer) as days_since,
        delivery_every_days,
        case
            when last_delivery_at is null then 'no data'
            when delivery_every_days is null then 'not expected'
            when days_since > delivery_every_days then 'late'
            else 'fresh'
        end as status,
        {{ as_of() }} as as_of
    from aged
)

select * from final

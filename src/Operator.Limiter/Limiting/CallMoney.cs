using Operator.Contract;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Limiting;

/// <summary>What a call under way holds of its quota's money and of its user's. Dispose it once, when the call has ended and was charged.</summary>
internal readonly struct CallMoney : IDisposable
{
    private readonly SpendLedger.Reservation _quota;
    private readonly UserAdmission _user;

    private CallMoney(SpendLedger.Reservation quota, UserAdmission user) => (_quota, _user) = (quota, user);

    /// <summary>Whether the user is beyond a budget that only warns.</summary>
    public bool UserBeyond => _user.Beyond;

    /// <summary>Takes what a call is expected to cost, or tells why it may not go; then nothing is held.</summary>
    /// <param name="ledger">The money of quotas.</param>
    /// <param name="users">The budgets of users.</param>
    /// <param name="quota">The call's quota.</param>
    /// <param name="key">The quota, as <c>namespace/name</c>.</param>
    /// <param name="lane">The call's lane.</param>
    /// <param name="user">The user's digest; null for none.</param>
    /// <param name="expected">Nanodollars, 0 or more.</param>
    /// <param name="refusal">Why not; null when the call may go.</param>
    public static CallMoney Take(
        SpendLedger ledger, UserBudgets users, QuotaConfiguration quota, string key, Lane lane, UInt128? user, long expected, out Refusal? refusal)
    {
        (var reserved, refusal) = ledger.Reserve(quota, key, lane, expected);
        if (refusal is not null) return default;
        var admission = user is { } who ? users.Admit(key, quota.PerUser, who, expected) : default;
        refusal = admission.Refusal;
        if (refusal is null) return new CallMoney(reserved, admission);
        reserved.Dispose();
        return default;
    }

    /// <summary>Gives back what is held.</summary>
    public void Dispose()
    {
        _user.Dispose();
        _quota.Dispose();
    }
}
